/** The most children in one part of a list. */
const PART = 16

/**
 * A list in parts. Full parts keep their identity for ever. A component that draws a growing list looks at its last
 * part only, so the ten-thousandth item costs no more than the first.
 */
export type Parts<T> = readonly (readonly T[])[]

/** A list in parts while it grows. */
export class PartList<T> {
  readonly #full: (readonly T[])[]
  #last: T[]

  private constructor(full: (readonly T[])[], last: T[]) {
    this.#full = full
    this.#last = last
  }

  static empty<T>(): PartList<T> {
    return new PartList<T>([], [])
  }

  get isEmpty(): boolean {
    return this.#full.length === 0 && this.#last.length === 0
  }

  push(item: T): void {
    if (this.#last.length === PART) {
      this.#full.push(this.#last)
      this.#last = []
    }
    this.#last.push(item)
  }

  /** A copy that grows on its own; full parts are shared. */
  fork(): PartList<T> {
    return new PartList([...this.#full], [...this.#last])
  }

  /** @param more items after the list's own, which are not kept */
  parts(...more: readonly T[]): Parts<T> {
    if (more.length === 0) return this.#last.length === 0 ? [...this.#full] : [...this.#full, [...this.#last]]
    const longer = this.fork()
    for (const item of more) longer.push(item)
    return longer.parts()
  }
}
