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

  /** No more values: the reader ends after those that were pushed. */
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
      const batch = this.#values.splice(0)
      yield* batch
      if (batch.length > 0) continue
      if (this.#failure) throw this.#failure.error
      if (this.#ended) return
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
