import { continues } from './continues'

/** A chunk that is settled is at least this long, in UTF-16 units. */
const SETTLED = 1000

/**
 * A plain text that grows, in chunks of whole lines: only the last one changes, so that the interface lays out no more than
 * that. Together the chunks are the text; each but the last ends with a line's end.
 */
export class TextStream {
  #text = ''
  #settled: string[] = []
  #settledLength = 0

  /** @param text the whole text so far; a text that does not continue the last one is read from its start */
  update(text: string): readonly string[] {
    if (!continues(text, this.#text)) {
      this.#settled = []
      this.#settledLength = 0
    }
    this.#text = text
    for (;;) {
      const end = text.indexOf('\n', this.#settledLength + SETTLED)
      // a line's end that is the text's end stays with the last chunk: an empty one after it would show as a line
      if (end === -1 || end + 1 === text.length) break
      this.#settled.push(text.slice(this.#settledLength, end + 1))
      this.#settledLength = end + 1
    }
    return [...this.#settled, text.slice(this.#settledLength)]
  }
}
