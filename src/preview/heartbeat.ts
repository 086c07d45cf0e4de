/** How often the content is asked whether it answers, and how long it may be silent. */
export const TICK_MS = 500
export const SILENCE_MS = 5000

/**
 * Tells busy content from content that answers. Time is counted in ticks of the page: while the page itself sleeps, so that
 * nobody could answer, none passes.
 */
export class Heartbeat {
  #silent = 0
  #waiting = false

  /** To be called every TICK_MS: whether to ask, to wait on, or to give up. */
  tick(): 'ask' | 'wait' | 'give up' {
    if (!this.#waiting) {
      this.#waiting = true
      this.#silent = 0
      return 'ask'
    }
    this.#silent += 1
    return this.#silent * TICK_MS >= SILENCE_MS ? 'give up' : 'wait'
  }

  answered(): void {
    this.#waiting = false
  }
}
