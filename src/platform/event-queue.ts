/** Values pushed from callbacks, read once as an async iterable, in order. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #values: T[] = []
  #failure: { readonly error: unknown } | undefined
  #ended = false
  #wake: (() => void) | undefined

  push(value: T): void {
    this.#values.push(value)
    this.#wake?.()
  }

  /** Ends the values: the reader ends after the values that were pushed. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** The reader throws this after the values that were pushed. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      // No await between finding no value and going to sleep: a push in between would be lost.
      if (this.#values.length > 0) yield* this.#values.splice(0)
      else if (this.#failure) throw this.#failure.error
      else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/**
 * A stream of the values that a task pushes, in order; it ends with the task, or throws the task's error. A reader that
 * leaves early does not end the task.
 */
export function streamOf<T>(task: (push: (value: T) => void) => Promise<void>): AsyncIterable<T> {
  const queue = new EventQueue<T>()
  task((value) => {
    queue.push(value)
  }).then(
    () => {
      queue.end()
    },
    (error: unknown) => {
      queue.fail(error)
    },
  )
  return queue
}
