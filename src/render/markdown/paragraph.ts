import type { Alignment, Block } from '../blocks'
import { readDefinitions, type Definition } from './definitions'
import { InlineText } from './inline-text'
import type { References } from './references'
import { readAlignments, readRow, splitCells } from './tables'

/** Whether a text may begin with the definition of a label. */
const MAY_DEFINE = /^\[(?:[^[\]\\]|\\[\s\S])*(?:\\?$|\](?::|$))/
const DEFINES = /^\[(?:[^[\]\\]|\\[\s\S])+\]:/
const TASK_TO_BE = /^\[(?:[ xX]?\]?)?[ \t]*$/

/** In UTF-16 units. */
const LONG_LINE = 2000

/** The paragraph that a text becomes, if it has any. */
function closedParagraph(text: InlineText): Block[] {
  const children = text.parts(false)
  return children.some((part) => part.length > 0) ? [{ kind: 'paragraph', children }] : []
}

/** A paragraph while lines may still be added to it. */
export class Paragraph {
  readonly type = 'paragraph'
  /** This many following lines belong to a formula, whatever they look like. */
  formulaLines = 0
  readonly #references: References
  /** Lines that are not read yet, because they may be definitions. */
  #held: string | undefined = ''
  #text: InlineText
  /** Not yet in `#text`: it may become the header of a table. */
  #lastLine = ''
  #isLastLineWhole = true

  constructor(references: References, firstLine: string) {
    this.#references = references
    this.#text = new InlineText(references)
    this.#held = firstLine.startsWith('[') ? firstLine : undefined
    this.#setLastLine(firstLine)
  }

  addLine(line: string): void {
    if (this.#held !== undefined) this.#hold(`\n${line}`)
    else this.#text.append(`${this.#lastLine}\n`)
    this.#setLastLine(line)
  }

  /** A line that is too long for the header of a table is read at once. */
  #setLastLine(line: string): void {
    const isLong = line.length > LONG_LINE && this.#held === undefined
    if (isLong) this.#text.append(line)
    this.#lastLine = isLong ? '' : line
    this.#isLastLineWhole = !isLong
  }

  /** More of the last line. */
  addText(text: string): void {
    if (this.#held !== undefined) this.#hold(text)
    else this.#text.append(this.#lastLine)
    this.#lastLine = this.#held === undefined ? text : this.#lastLine + text
    this.#isLastLineWhole = false
  }

  #hold(more: string): void {
    const held = `${this.#held ?? ''}${more}`
    if (MAY_DEFINE.test(held.slice(0, 1100)) && (held.length < 1100 || DEFINES.test(held))) this.#held = held
    else {
      this.#text.append((this.#held ?? '').slice(0, -this.#lastLine.length || undefined))
      this.#text.append(more.startsWith('\n') ? `${this.#lastLine}\n` : this.#lastLine)
      this.#held = undefined
    }
  }

  fork(): Paragraph {
    const copy = new Paragraph(this.#references, '')
    copy.formulaLines = this.formulaLines
    copy.#held = this.#held
    copy.#lastLine = this.#lastLine
    copy.#text = this.#text.fork()
    copy.#isLastLineWhole = this.#isLastLineWhole
    return copy
  }

  /** Whether it is text whatever follows: no definition. */
  get isText(): boolean {
    return this.#held === undefined
  }

  /** The blocks that it becomes, and its definitions. */
  close(): { blocks: Block[]; definitions: readonly Definition[] } {
    if (this.#held === undefined) {
      const whole = this.#text.fork()
      whole.append(this.#lastLine)
      return { blocks: [{ kind: 'paragraph', children: whole.parts(false) }], definitions: [] }
    }
    const { definitions, rest } = readDefinitions(this.#held)
    if (rest.trim() === '') return { blocks: [], definitions }
    const text = new InlineText(this.#references)
    text.append(rest)
    return { blocks: [{ kind: 'paragraph', children: text.parts(false) }], definitions }
  }

  /** The blocks that are shown while it is being written. @param isTask whether it may turn out to be a task's text */
  preview(isTask: boolean): Block[] {
    if (this.#held !== undefined && (DEFINES.test(this.#held) || (isTask && TASK_TO_BE.test(this.#held)))) return []
    const text = this.#held === undefined ? this.#text.fork() : new InlineText(this.#references)
    if (this.#held !== undefined) {
      text.append(this.#held)
      return [{ kind: 'paragraph', children: text.parts(true) }]
    }
    if (this.#isLastLineWhole && this.formulaLines === 0 && /^\|./.test(this.#lastLine)) return this.#tableToBe(text)
    text.append(this.#lastLine)
    return [{ kind: 'paragraph', children: text.parts(true) }]
  }

  /** A line that begins with a bar is drawn as a table's header, because it nearly always is one. */
  #tableToBe(linesAbove: InlineText): Block[] {
    const columns = splitCells(this.#lastLine, Infinity, true).length
    const header = readRow(this.#lastLine, columns, this.#references, true)
    return [...closedParagraph(linesAbove), { kind: 'table', alignments: header.map(() => null), header, rows: [] }]
  }

  /**
   * Reads a line as the delimiter row of a table whose header is the last line of this paragraph.
   * @returns the lines above as blocks, the header's text, and the alignments
   */
  asTable(line: string): { above: Block[]; header: string; alignments: Alignment[] } | undefined {
    const alignments = readAlignments(line)
    if (
      !alignments ||
      !this.#isLastLineWhole ||
      splitCells(this.#lastLine, alignments.length).length !== alignments.length
    )
      return undefined
    const text = this.#held === undefined ? this.#text : new InlineText(this.#references)
    if (this.#held !== undefined) text.append(this.#held.slice(0, this.#held.length - this.#lastLine.length))
    return { above: closedParagraph(text), header: this.#lastLine, alignments }
  }
}
