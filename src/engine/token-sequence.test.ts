import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenSequence, type TokenModel } from './token-sequence'

const GREEDY = { temperature: 0, topP: 1 }

/**
 * A KV cache that holds the tokens fed to it. The next token is a function of all of them, so a wrong cache gives a
 * wrong token.
 */
class FakeModel implements TokenModel {
  cache: number[] = []
  fed = 0
  failNext = false

  reset(): void {
    this.cache = []
  }

  pop(count: number): void {
    if (count > this.cache.length) throw new RangeError('popped more than there is')
    this.cache.length -= count
  }

  forward(ids: readonly number[]): Promise<number> {
    this.fed += ids.length
    this.cache.push(...ids)
    if (!this.failNext) return Promise.resolve(next(this.cache))
    this.failNext = false
    return Promise.reject(new Error('the device was lost'))
  }
}

function next(cache: readonly number[]): number {
  return cache.reduce((hash, id) => (hash * 31 + id) % 97, 7)
}

describe('TokenSequence', () => {
  it('always samples from exactly the wanted tokens, and feeds only what differs', async () => {
    const ids = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(ids, { minLength: 1, maxLength: 8 }), async (prompts) => {
        const model = new FakeModel()
        const sequence = new TokenSequence(model)
        let last: readonly number[] = []
        for (const wanted of prompts) {
          const before = model.fed
          const { token, prefilled } = await sequence.replace(wanted, GREEDY)
          expect(token).toBe(next(wanted))
          expect(model.cache).toEqual(wanted)
          const common = wanted.findIndex((id, index) => id !== last[index])
          expect(prefilled).toBe(wanted.length - Math.min(common === -1 ? wanted.length : common, wanted.length - 1))
          expect(model.fed - before).toBe(prefilled)
          last = wanted
        }
      }),
    )
  })

  it('appends what was sampled', async () => {
    const model = new FakeModel()
    const sequence = new TokenSequence(model)
    const { token } = await sequence.replace([1, 2], GREEDY)
    expect(await sequence.append([token], GREEDY)).toBe(next([1, 2, token]))
    expect(sequence.length).toBe(3)
  })

  it('trusts nothing of the cache after a failure', async () => {
    const model = new FakeModel()
    const sequence = new TokenSequence(model)
    await sequence.replace([1, 2, 3], GREEDY)
    model.failNext = true
    await expect(sequence.replace([1, 2, 4], GREEDY)).rejects.toThrow('lost')
    expect((await sequence.replace([1, 2, 5], GREEDY)).prefilled).toBe(3)
    expect(model.cache).toEqual([1, 2, 5])
  })
})
