/** What somebody wants to do in a turn of its own. */
export interface Wish {
  /** Whether a person is looking at it now. */
  readonly isUrgent: () => boolean
  /** Ends the waiting; the task itself decides how it ends. */
  readonly signal: AbortSignal
  /** Told how many turns come first, whenever that changes. */
  readonly onWaiting?: (before: number) => void
}

interface Turn extends Wish {
  readonly start: () => void
  /** Aborted when an urgent turn waits for this one, which is not. */
  readonly giveWay: AbortController
  told: number | undefined
}

/** Tasks that come one at a time: those that a person looks at first, else in the order in which they were wanted. */
export class Turns {
  #current: Turn | undefined
  readonly #waiting: Turn[] = []

  /**
   * Waits for a turn and runs the task.
   *
   * @param task its signal asks it to give way to an urgent one
   * @throws the signal's reason when it is aborted before the turn has come; what the task throws
   */
  async take<T>(wish: Wish, task: (giveWay: AbortSignal) => Promise<T>): Promise<T> {
    const giveWay = new AbortController()
    await this.#begin(wish, giveWay)
    try {
      return await task(giveWay.signal)
    } finally {
      this.#current = undefined
      this.review()
    }
  }

  /** To be called when the urgency of a wish has changed. */
  review(): void {
    if (!this.#current) {
      const next = this.#inOrder()[0]
      if (next) this.#start(next)
    } else if (!this.#current.isUrgent() && this.#waiting.some((turn) => turn.isUrgent())) this.#current.giveWay.abort()
    for (const [index, turn] of this.#inOrder().entries()) {
      const before = index + 1
      if (turn.told === before) continue
      turn.told = before
      turn.onWaiting?.(before)
    }
  }

  #begin(wish: Wish, giveWay: AbortController): Promise<void> {
    wish.signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        reject(wish.signal.reason as Error)
        this.review()
      }
      const start = () => {
        wish.signal.removeEventListener('abort', stop)
        resolve()
      }
      const turn: Turn = { ...wish, start, giveWay, told: undefined }
      wish.signal.addEventListener('abort', stop)
      this.#waiting.push(turn)
      this.review()
    })
  }

  #start(turn: Turn): void {
    this.#waiting.splice(this.#waiting.indexOf(turn), 1)
    this.#current = turn
    // Whoever waited is told that the waiting has ended.
    if (turn.told !== undefined) turn.onWaiting?.(0)
    turn.start()
  }

  #inOrder(): Turn[] {
    return [...this.#waiting.filter((turn) => turn.isUrgent()), ...this.#waiting.filter((turn) => !turn.isUrgent())]
  }
}
