import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchSize, MOST_STEPS, ReadAhead, type DeviceSteps } from './read-ahead'

const GREEDY = { temperature: 0, topP: 1 }

/** The next token is a function of all tokens before it, and of a random number. */
const sampled = (cache: readonly number[], random: number) => cache.reduce((hash, id) => (hash * 31 + id) % 97, random)

/** A device whose steps take a time each, and whose results take longer to be seen. */
class FakeDevice implements DeviceSteps {
  readonly cache: number[] = []
  readonly counts: number[] = []
  latency = 0
  /** Clock, in ms; moved when a batch is seen. */
  time = 0
  #random = 1
  #fed = 0
  #busyUntil = 0
  readonly #randoms: number[] = []
  readonly #capacity: number
  readonly #stepMs: number

  constructor(capacity = 1000, stepMs = 20) {
    this.#capacity = capacity
    this.#stepMs = stepMs
  }

  get room(): number {
    return this.#capacity - this.cache.length
  }

  begin(token: number): void {
    this.#fed = token
  }

  run(count: number): Promise<number[]> {
    this.counts.push(count)
    if (count > this.room) throw new RangeError('the KV cache is full')
    const tokens = Array.from({ length: count }, () => {
      this.cache.push(this.#fed)
      this.#randoms.push(this.#random)
      this.#fed = sampled(this.cache, this.#random)
      this.#random = (this.#random * 7) % 11
      return this.#fed
    })
    this.#busyUntil = Math.max(this.time, this.#busyUntil) + count * this.#stepMs
    const seen = this.#busyUntil + this.latency
    // The caller does all that it can before time goes on.
    return new Promise((resolve) =>
      setTimeout(() => {
        this.time = Math.max(this.time, seen)
        resolve(tokens)
      }),
    )
  }

  takeBack(count: number): void {
    if (count > this.cache.length) throw new RangeError('took back more than there is')
    this.cache.length -= count
    this.#random = this.#randoms.splice(-count)[0] ?? NaN
  }
}

const aheadOf = (device: FakeDevice) => new ReadAhead(device, () => device.time)

async function reply(ahead: ReadAhead, first: number, count: number): Promise<number[]> {
  const tokens = [first]
  while (tokens.length <= count) tokens.push(await ahead.next(tokens.at(-1) ?? 0, GREEDY))
  return tokens
}

describe('a device that runs ahead', () => {
  it('gives the tokens, and leaves the KV cache, that one step after the other would', async () => {
    const action = fc.record({
      tokens: fc.nat({ max: 12 }),
      forced: fc.option(fc.nat({ max: 90 })),
      topP: fc.constantFrom(1, 0.9),
    })
    const device = fc.record({ stepMs: fc.constantFrom(1, 5, 20, 100, 400), latency: fc.constantFrom(0, 3, 100) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 10 }),
        device,
        async (actions, { stepMs, latency }) => {
          const steps = new FakeDevice(1000, stepMs)
          steps.latency = latency
          const ahead = aheadOf(steps)
          const cache: number[] = []
          let [token, random] = [5, 1]
          for (const { tokens, forced, topP } of actions) {
            for (let count = 0; count < tokens; count += 1) {
              cache.push(token)
              const expected = sampled(cache, random)
              random = (random * 7) % 11
              expect(await ahead.next(token, { temperature: 1, topP })).toBe(expected)
              token = expected
            }
            if (forced !== null) token = forced
          }
          ahead.stop()
          expect(steps.cache).toEqual(cache)
        },
      ),
    )
  })

  it('may be stopped twice, and before it has begun', async () => {
    const device = new FakeDevice()
    const ahead = aheadOf(device)
    ahead.stop()
    await reply(ahead, 1, 5)
    ahead.stop()
    ahead.stop()
    expect(device.cache).toHaveLength(5)
  })

  it('fills the KV cache to its end, and says when it is full', async () => {
    const device = new FakeDevice(10)
    const ahead = aheadOf(device)
    const tokens = await reply(ahead, 1, 10)
    expect(device.cache).toEqual(tokens.slice(0, 10))
    await expect(ahead.next(tokens.at(-1) ?? 0, GREEDY)).rejects.toThrow('full')
  })

  it('fails with its device', async () => {
    const device = new FakeDevice()
    const ahead = aheadOf(device)
    const tokens = await reply(ahead, 1, 9)
    device.run = () => Promise.reject(new Error('lost'))
    await expect(reply(ahead, tokens.at(-1) ?? 0, 20)).rejects.toThrow('lost')
  })

  it('computes at most three tokens too many, and none where a token takes long', async () => {
    const tooMany = async (stepMs: number) => {
      const device = new FakeDevice(1000, stepMs)
      await reply(aheadOf(device), 1, 40)
      return device.cache.length - 40
    }
    expect(await tooMany(10)).toBeLessThanOrEqual(3)
    expect(await tooMany(100)).toBe(1)
    expect(await tooMany(300)).toBe(0)
  })

  it('keeps a device busy whose results are seen late', async () => {
    const device = new FakeDevice(1000, 12)
    device.latency = 40
    const ahead = aheadOf(device)
    let last = (await reply(ahead, 1, 40)).at(-1) ?? 0
    const begun = device.time
    last = (await reply(ahead, last, 80)).at(-1) ?? 0
    expect(last).toBeGreaterThanOrEqual(0)
    // One token after the other would take 52 ms each.
    expect((device.time - begun) / 80).toBeLessThan(15)
  })
})

describe('the size of a batch', () => {
  it.each([
    { ms: Infinity, latency: 1, size: 1 },
    { ms: 300, latency: 1, size: 1 },
    { ms: 60, latency: 2, size: 1 },
    { ms: 20, latency: 1, size: 2 },
    { ms: 5, latency: 1, size: 3 },
    { ms: 30, latency: 100, size: 7 },
    { ms: 1, latency: 1, size: MOST_STEPS },
  ])('is $size where a token takes $ms ms and the way back $latency ms', ({ ms, latency, size }) => {
    expect(batchSize(ms, latency)).toBe(size)
  })
})
