import type { Sampler } from '../sampler'

type Sampling = Pick<Sampler, 'temperature' | 'topP'>

/** A model whose device feeds each sampled token to the next step by itself. */
export interface DeviceSteps {
  /** Steps that the KV cache has room for. */
  readonly room: number
  /** ms until the result of a command is seen, on a device without other work. */
  readonly latency: number
  /** The next step feeds this token. */
  begin(token: number, sampling: Sampling): void
  /**
   * Gives the device so many steps; each feeds a token and samples the next one.
   *
   * @returns the sampled tokens; a negative one where the logits were no numbers
   */
  run(count: number): Promise<readonly number[]>
  /** Undoes the last steps, whether or not the device has done them. Then a token has to begin again. */
  takeBack(count: number): void
}

/** Most steps of a batch. */
export const MOST_STEPS = 8

/** Tokens come to the page frame by frame, so a batch may take as long as a frame, in ms. */
const FRAME_MS = 16
/** Up to this many ms a token, a batch has two steps at least. */
const QUICK_MS = 50
/** From this many ms a token on, nothing is computed ahead: a step too many would cost more than it hides. */
const SLOW_MS = 250

interface Batch {
  readonly count: number
  readonly tokens: Promise<readonly number[]>
}

/**
 * Lets the device run ahead of the reply, so that it need not wait until the worker has seen a token. While one batch of
 * tokens is read, the next one is computed. What nobody asked for is taken back, so that the caller sees one token after
 * the other.
 */
export class ReadAhead {
  readonly #steps: DeviceSteps
  readonly #now: () => number
  /** Given to the device, oldest first. */
  readonly #batches: Batch[] = []
  /** Read, and not asked for yet. */
  #ready: number[] = []
  /** The token that the next step feeds, as far as the caller knows. */
  #fed: (Sampling & { readonly token: number }) | undefined
  /** Of a token, smoothed; Infinity before the first. */
  #ms = Infinity

  constructor(steps: DeviceSteps, now: () => number = () => performance.now()) {
    this.#steps = steps
    this.#now = now
  }

  /**
   * Feeds a token and samples the next one.
   *
   * @returns a negative number where the logits are no numbers
   */
  async next(token: number, { temperature, topP }: Sampling): Promise<number> {
    const fed = this.#fed
    if (fed?.token !== token || fed.temperature !== temperature || fed.topP !== topP) {
      this.stop()
      this.#steps.begin(token, { temperature, topP })
    }
    // Until the device has answered, nothing is known of it.
    this.#fed = undefined
    if (this.#ready.length === 0) await this.#read()
    const next = this.#ready.shift() ?? -1
    this.#fed = { token: next, temperature, topP }
    return next
  }

  /** Takes back all that the caller has not asked for. Call it before the KV cache is used otherwise. */
  stop(): void {
    const ahead = this.#batches.reduce((sum, { count }) => sum + count, this.#ready.length)
    this.#batches.length = 0
    this.#ready = []
    this.#fed = undefined
    if (ahead > 0) this.#steps.takeBack(ahead)
  }

  async #read(): Promise<void> {
    const asked = this.#now()
    const wanted = this.#ms < SLOW_MS ? 2 : 1
    while (this.#batches.length < wanted) {
      // Where there is no room left, the cache itself says so to a caller that asks for more.
      const count = Math.min(batchSize(this.#ms, this.#steps.latency), this.#steps.room)
      if (count < 1 && this.#batches.length > 0) break
      this.#issue(Math.max(count, 1))
    }
    const [batch] = this.#batches
    if (!batch) return
    const tokens = await batch.tokens
    this.#batches.shift()
    this.#ready = [...tokens]
    const ms = (this.#now() - asked) / batch.count
    this.#ms = this.#ms === Infinity ? ms : (this.#ms + ms) / 2
  }

  #issue(count: number): void {
    const tokens = this.#steps.run(count)
    // Nobody may ask for them, and then nobody is told either.
    tokens.catch(() => undefined)
    this.#batches.push({ count, tokens })
  }
}

/**
 * How many steps to give a device together. While it computes one batch, the batch before is on its way, so a batch must
 * take as long as that way. It is counted twice, because a device that has to wait shows more ms a token than it needs;
 * so batches grow until it need not wait.
 *
 * @param ms of a token, with batches as they are now
 */
export function batchSize(ms: number, latency: number): number {
  if (ms === Infinity) return 1
  const least = ms < QUICK_MS ? 2 : 1
  return Math.min(MOST_STEPS, Math.max(least, Math.round(FRAME_MS / ms), Math.ceil((2 * latency) / ms)))
}
