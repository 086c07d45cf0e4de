import { flushSync } from 'svelte'
import { OUTER } from '../kit/groups'

/** This many turns are drawn at once: the last ones, where a chat opens. */
const AT_ONCE = 6
/**
 * This many are drawn before they come near, so that the browser's own search finds their text. A turn takes some 0.15
 * MB; older ones are drawn when they come near, are searched for, or are printed.
 */
const AHEAD = 100
/** Further turns follow in slices of this many ms, so that neither a key nor scrolling has to wait. */
const SLICE_MS = 8
/**
 * They start this long after the end of the chat is seen; at the same interval they check whether an answer in progress
 * has ended; ms.
 */
const WAIT_MS = 250

/**
 * Chooses which turns of a chat are drawn: first those at its end, then earlier ones, upwards from there. Until a turn
 * of an outer group is drawn, the group is hollow: one element replaces all of its turns.
 */
export class DrawnTurns {
  readonly #start: number
  readonly #first: number
  #earlier = $state<boolean[]>([])
  #open = $state<boolean[]>([])
  #next: number

  /** @param count turns when the chat is opened; later turns are drawn with them */
  constructor(count: number) {
    this.#start = Math.max(0, count - AT_ONCE)
    this.#first = Math.max(0, count - AHEAD)
    this.#next = this.#start - 1
  }

  has(turn: number): boolean {
    return turn >= this.#start || this.#earlier[turn] === true
  }

  isHollow(outer: number): boolean {
    return (outer + 1) * OUTER <= this.#start && this.#open[outer] !== true
  }

  /** Gives each turn of a hollow group an element of its own, to find those that are near. */
  fill(outer: number): void {
    this.#open[outer] = true
  }

  add(turn: number): void {
    this.#earlier[turn] = true
    this.fill(Math.floor(turn / OUTER))
  }

  /** Draws every turn now. */
  all(): void {
    for (let turn = 0; turn < this.#start; turn += 1) this.add(turn)
  }

  /** Draws turns before they come near, some at a time, but none while `isBusy`. Returns a function that stops it. */
  follow(isBusy: () => boolean): () => void {
    let timer = setTimeout(() => slice(), WAIT_MS)
    const slice = () => {
      if (isBusy()) {
        timer = setTimeout(slice, WAIT_MS)
        return
      }
      const end = performance.now() + SLICE_MS
      while (this.#next >= this.#first && performance.now() < end) {
        if (!this.has(this.#next)) {
          this.add(this.#next)
          flushSync() // otherwise the time it takes would not be measured
        }
        this.#next -= 1
      }
      if (this.#next >= this.#first) timer = setTimeout(slice)
    }
    return () => clearTimeout(timer)
  }
}
