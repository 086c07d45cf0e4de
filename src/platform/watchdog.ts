/** Longest time between two looks, in ms. */
const TICK_MS = 5000

/**
 * Barks when something was silent for too long. It counts the time in which this page runs: while a computer sleeps or a
 * page is frozen, nothing else runs either, and that silence says nothing.
 */
export class Watchdog {
  readonly #bark: () => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(bark: () => void) {
    this.#bark = bark
  }

  /** Begins to watch, or begins again. @param limit longest silence, in ms */
  watch(limit: number): void {
    this.rest()
    const tick = Math.min(limit, TICK_MS)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (limit > tick) this.watch(limit - tick)
      else this.#bark()
    }, tick)
  }

  rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
