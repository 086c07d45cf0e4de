/** Text from tokens as they come, at constant cost a token. */
export class Detokenizer {
  readonly #decode: (ids: Int32Array) => string
  /** Tokens whose text is not settled; the first `#settled` of them are context that is already out. */
  #window: number[] = []
  #settled = 0

  constructor(decode: (ids: Int32Array) => string) {
    this.#decode = decode
  }

  /** @returns the text that this token completes; empty while a character's bytes are still incomplete */
  push(token: number): string {
    this.#window.push(token)
    const before = this.#text(this.#settled)
    const after = this.#text(this.#window.length)
    // A character cut in the middle of its UTF-8 bytes decodes to U+FFFD; four bytes are the longest.
    if (after.endsWith('\uFFFD') && this.#window.length - this.#settled < 4) return ''
    // One settled token of context is kept: some decoders treat the first token of a text in a special way.
    this.#window = this.#window.slice(this.#settled)
    this.#settled = this.#window.length
    return after.slice(before.length)
  }

  /**
   * @returns the text that was held back when a reply ends by itself: a U+FFFD that was meant, or bytes that are no
   * character
   */
  end(): string {
    return this.#text(this.#window.length).slice(this.#text(this.#settled).length)
  }

  #text(count: number): string {
    return count === 0 ? '' : this.#decode(Int32Array.from(this.#window.slice(0, count)))
  }
}
