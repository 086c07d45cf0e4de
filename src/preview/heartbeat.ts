/** The interval at which the content is asked for an answer, and its longest silence. */
export const TICK_MS = 500
export const SILENCE_MS = 5000

/**
 * Tells busy content from content that answers. Time is counted in ticks of the page: none passes while the page itself
 * sleeps and nobody could answer.
 */
export class Heartbeat {
  #silent = 0
  #waiting = false

  /** Call it every TICK_MS: it tells whether to ask, to wait, or to give up. */
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
