import type { Inline } from '../blocks'
import type { Parts } from '../parts'
import { characterBefore } from './characters'
import { readInlines } from './inlines'
import type { References } from './references'

/** Least length of a part, in UTF-16 units. */
const PART = 1000
/** If a part cannot end at a place, the next place is looked for at this multiple of the length. */
const STEP = 1.25
/** A part ends here even within an open element. */
const LONGEST_PART = 9000
/** A part ends after a space, or after a character of a script without spaces. */
const END = /[\s\u3001-\u9fff\uac00-\ud7a3\uff01-\uff60]/

/**
 * The text of a paragraph that grows, read in parts. A part ends where no later text can change it. So a token costs
 * the same in a paragraph of a hundred thousand characters as in a short one. The ends of parts depend on the text
 * before them alone: a streamed text has the same parts as the whole text.
 */
export class InlineText {
  readonly #references: References
  #settled: (readonly Inline[])[] = []
  #rest = ''
  /** The character before `#rest`. */
  #before = ''
  /** The index in `#rest` from which the next end of a part is looked for. */
  #next = PART

  constructor(references: References) {
    this.#references = references
  }

  append(text: string): void {
    this.#rest += text
    while (this.#rest.length > this.#next) {
      const isForced = this.#next >= LONGEST_PART
      const found = isForced ? 0 : this.#rest.slice(this.#next).search(END)
      const end = Math.min(found === -1 ? Infinity : this.#next + found + 1, LONGEST_PART + 1)
      if (end >= this.#rest.length) return
      const part = this.#rest.slice(0, end)
      const { inlines, waits } = readInlines(part, this.#references, this.#before)
      this.#next = Math.max(end, Math.ceil(this.#next * STEP))
      if (waits && end <= LONGEST_PART) continue
      this.#settled.push(inlines)
      this.#rest = this.#rest.slice(end)
      this.#before = characterBefore(part, part.length)
      this.#next = PART
    }
  }

  /** A copy that grows on its own. */
  fork(): InlineText {
    const copy = new InlineText(this.#references)
    copy.#settled = [...this.#settled]
    copy.#rest = this.#rest
    copy.#before = this.#before
    copy.#next = this.#next
    return copy
  }

  /** @param isOpen whether the text is still being written */
  parts(isOpen: boolean): Parts<Inline> {
    const { inlines } = readInlines(this.#rest.trimEnd(), this.#references, this.#before, isOpen)
    return inlines.length === 0 && this.#settled.length > 0 ? [...this.#settled] : [...this.#settled, inlines]
  }
}
