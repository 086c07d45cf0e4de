import { flushSync } from 'svelte'

/** So many turns are drawn at once: those at the end, where a chat is opened. */
const AT_ONCE = 6
/** The others follow in slices of so many ms, which neither a key nor the scrolling has to wait for. */
const SLICE_MS = 8
/** While an answer is written they wait, and look so often whether it has ended; ms. */
const WAIT_MS = 250

/** Which turns of a chat are drawn: first those at its end, then the earlier ones, from there upwards. */
export class DrawnTurns {
  readonly #start: number
  #earlier = $state<boolean[]>([])
  #next: number

  /** @param count turns that there are when the chat is opened; every later one is drawn with the others */
  constructor(count: number) {
    this.#start = Math.max(0, count - AT_ONCE)
    this.#next = this.#start - 1
  }

  has(turn: number): boolean {
    return turn >= this.#start || this.#earlier[turn] === true
  }

  add(turn: number): void {
    this.#earlier[turn] = true
  }

  /** Draws every turn now. */
  all(): void {
    for (let turn = 0; turn < this.#start; turn += 1) this.add(turn)
  }

  /** Draws the earlier turns, some at a time, but none while `isBusy`. Returns the way to stop. */
  follow(isBusy: () => boolean): () => void {
    let timer = setTimeout(() => slice())
    const slice = () => {
      if (isBusy()) {
        timer = setTimeout(slice, WAIT_MS)
        return
      }
      const end = performance.now() + SLICE_MS
      while (this.#next >= 0 && performance.now() < end) {
        if (!this.has(this.#next)) {
          this.add(this.#next)
          flushSync() // or the time it takes would not be seen
        }
        this.#next -= 1
      }
      if (this.#next >= 0) timer = setTimeout(slice)
    }
    return () => clearTimeout(timer)
  }
}
