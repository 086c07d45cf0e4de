import { LINE_CHARACTERS, OUTPUT_CHARACTERS, OUTPUT_LINES } from './limits'
import type { ContentMessage, Line } from './messages'

/** Lets lines through up to a limit, reports once that the rest is cut, and then nothing. */
export class OutputLimit {
  #lines = 0
  #characters = 0
  #cut = false

  /** The message to pass on instead of the line, if any. */
  take(line: Line): ContentMessage | undefined {
    if (this.#cut) return undefined
    const text = line.text.length > LINE_CHARACTERS ? `${line.text.slice(0, LINE_CHARACTERS)}…` : line.text
    this.#lines += 1
    this.#characters += text.length
    if (this.#lines <= OUTPUT_LINES && this.#characters <= OUTPUT_CHARACTERS) return { ...line, text }
    this.#cut = true
    return { type: 'cut' }
  }
}
