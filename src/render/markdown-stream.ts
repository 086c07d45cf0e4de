import type { Block } from './blocks'
import { continues } from './continues'
import { BlockParser } from './markdown/block-parser'
import { endOutsideFormulas, formulaLines } from './markdown/formula-lines'
import { References } from './markdown/references'
import type { Parts } from './parts'

/** A longer line is read before it ends, in UTF-16 units. */
const LONG_LINE = 1200

/**
 * A Markdown text that grows. Each line is read once, when it is whole. Text behind the last whole line is tried on a
 * copy. So a token costs the same at the end of a long text as at its start. Blocks come in parts that keep their
 * identity.
 *
 * While the text is open, its end is shown as its most probable meaning: `**bold` without stars, a table by its first
 * row. A closed text follows docs/markdown.md to the letter.
 */
export class MarkdownStream {
  #text = ''
  #isClosed = false
  #references = new References()
  #parser = new BlockParser(this.#references)
  /** How much of the text the parser has read. */
  #read = 0
  /** Whether `#read` is within a line. */
  #isWithinLine = false
  /** How long the text is when a long line is looked at again. */
  #nextLook = 0
  #parts: Parts<Block> = []

  /**
   * @param source the whole text so far; a text that does not continue the last one is read from its start
   * @param isClosed whether no more text will come
   */
  update(source: string, isClosed = false): Parts<Block> {
    const text = source.includes('\r') || source.includes('\0') ? normal(source) : source
    if (text === this.#text && isClosed === this.#isClosed) return this.#parts
    if (this.#isClosed || !continues(text, this.#text)) {
      this.#references = new References()
      this.#restart()
    }
    this.#text = text
    this.#isClosed = isClosed
    this.#readLines()
    while (this.#references.isStale) {
      this.#restart()
      this.#readLines()
    }
    this.#parts = isClosed ? this.#parser.blocks(false) : this.#withTail()
    return this.#parts
  }

  #restart(): void {
    this.#references.startAgain()
    this.#parser = new BlockParser(this.#references)
    this.#read = 0
    this.#isWithinLine = false
    this.#nextLook = 0
  }

  /** Reads whole lines whose meaning no later text changes; all lines once the text is closed. */
  #readLines(): void {
    for (;;) {
      const end = this.#text.indexOf('\n', this.#read)
      if (end === -1) break
      if (!this.#readLine(end)) return
    }
    if (this.#isClosed) {
      if (this.#read < this.#text.length) this.#readLine(this.#text.length)
      this.#parser.close()
    } else if (this.#text.length - this.#read > LONG_LINE && this.#text.length >= this.#nextLook) this.#readLongLine()
  }

  /** @param end index of the line's end @returns whether it could be read */
  #readLine(end: number): boolean {
    const line = this.#text.slice(this.#read, end)
    const lines = this.#parser.isVerbatim ? 0 : formulaLines(this.#text, this.#read, end, this.#isClosed)
    if (lines === 'open') return false
    if (this.#isWithinLine) this.#parser.addToLine(line, lines)
    else this.#parser.addLine(line, lines)
    this.#isWithinLine = false
    this.#read = end + 1
    return true
  }

  /**
   * A paragraph's text is text however the line goes on, except in `<details>`, which the end of a line may close, and
   * behind a table, where a bar makes a row of it.
   */
  #readLongLine(): void {
    this.#nextLook = this.#text.length + LONG_LINE / 6
    const end = endOutsideFormulas(this.#text, this.#read, this.#text.length - LONG_LINE / 2)
    if (end <= this.#read) return
    const line = this.#text.slice(this.#read, end)
    if (!this.#isWithinLine) {
      if (this.#parser.isInTable) return
      const trial = this.#parser.fork()
      trial.addLine(line)
      if (!trial.isInParagraph || trial.isInDetails) return
      this.#parser.addLine(line)
    } else this.#parser.addToLine(line)
    this.#isWithinLine = true
    this.#read = end
  }

  /** The blocks, with the text that is not read yet. */
  #withTail(): Parts<Block> {
    const trial = this.#parser.fork()
    const lines = this.#text.slice(this.#read).split('\n')
    lines.forEach((line, index) => {
      const isLast = index === lines.length - 1
      // more than one line is left if a formula begins on the first
      const formula = index === 0 && !isLast ? Infinity : 0
      if (index === 0 && this.#isWithinLine) trial.addToLine(line, formula)
      else if (!(isLast && isMarkToBe(line))) trial.addLine(line, formula, isLast)
    })
    return trial.blocks(true)
  }
}

const MARK_TO_BE = /^(?:[-+*_=#`~|:][-+*_=#`~|: \t]*|\d{1,9}[.)]?|\[\^[^\]\s]{0,100}\]?:?)$/
const TAG_TO_BE =
  /^<\/?(?:d|de|det|deta|detai|detail|details(?:\s+(?:o|op|ope|open)?)?|s|su|sum|summ|summa|summar|summary)?$/i

/** A line that may yet become the mark of a block, such as `-` or `1.`, and is not shown before that is known. */
function isMarkToBe(line: string): boolean {
  const mark = line.replace(/^[ \t>]+/, '').trimEnd()
  return mark === '' || MARK_TO_BE.test(mark) || TAG_TO_BE.test(mark)
}

/** CommonMark 0.31.2, sections 2.1 and 2.3. */
const normal = (source: string): string => source.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd')

/** Blocks of a whole text. */
export function parseMarkdown(text: string): readonly Block[] {
  return new MarkdownStream().update(text, true).flat()
}
