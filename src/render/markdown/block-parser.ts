import type { Block } from '../blocks'
import type { Parts } from '../parts'
import { BlockState } from './block-state'
import { startBlocks } from './block-starts'
import { goesOn } from './containers'
import { addToFence, addToIndented } from './leaves'
import { Line } from './line'
import type { References } from './references'

/** Details that begin and end on one line. */
const WHOLE_DETAILS = /^<details(?:\s+open)?\s*>.*<\/details>[ \t]*$/i
const END_OF_DETAILS = /<\/details>[ \t]*$/i

/**
 * Reads the blocks of a text line by line (the first phase of CommonMark's parsing strategy, 0.31.2, appendix). The
 * cost of a line depends on the blocks around it, not on earlier ones; {@link fork} tries lines that may yet grow.
 */
export class BlockParser {
  readonly #state: BlockState

  constructor(references: References, state = new BlockState(references)) {
    this.#state = state
  }

  /** A copy that goes on alone. */
  fork(): BlockParser {
    return new BlockParser(this.#state.references, this.#state.fork())
  }

  /** Whether the next line belongs to code or a formula whatever it looks like. */
  get isVerbatim(): boolean {
    const { leaf } = this.#state
    return leaf?.type === 'fence' || leaf?.type === 'html' || (leaf?.type === 'paragraph' && leaf.formulaLines > 0)
  }

  /** Whether a bar, wherever it is in the next line, makes that a row. */
  get isInTable(): boolean {
    return this.#state.leaf?.type === 'table'
  }

  /** Whether the end of a line, wherever it is, may close `<details>`. */
  get isInDetails(): boolean {
    return this.#state.containers.some(({ type }) => type === 'details')
  }

  /** Whether the last line is the text of a paragraph, so that more of it is text too. */
  get isInParagraph(): boolean {
    return this.#state.paragraph?.isText === true
  }

  /**
   * @param text a line without its end
   * @param formulaLines how many of the lines after it belong to formulas that begin on it
   * @param isOpen whether the line may yet grow
   */
  addLine(text: string, formulaLines = 0, isOpen = false): void {
    const line = new Line(text)
    const matched = this.#match(line)
    const { paragraph } = this.#state
    if (paragraph && paragraph.formulaLines > 0) {
      paragraph.formulaLines -= 1
      paragraph.addLine(line.content)
      this.#state.noteText()
    } else this.#place(line, matched, isOpen)
    const grown = this.#state.paragraph
    if (grown) grown.formulaLines = Math.max(grown.formulaLines, formulaLines)
  }

  /** More of the line that was added last, which is the text of a paragraph. */
  addToLine(text: string, formulaLines = 0): void {
    const { paragraph } = this.#state
    if (!paragraph) return
    paragraph.addText(text)
    paragraph.formulaLines = Math.max(paragraph.formulaLines, formulaLines)
  }

  /** Nothing more comes. */
  close(): void {
    this.#state.closeTo(1)
    this.#state.closeLeaf()
  }

  /** @param isOpen whether more of the text will come */
  blocks(isOpen: boolean): Parts<Block> {
    return this.#state.blocks(isOpen)
  }

  /** @returns how many containers the line continues */
  #match(line: Line): number {
    const { containers } = this.#state
    const end = containers.findIndex((container, index) => !goesOn(container, line, this.#state.isEmpty(index)))
    return end === -1 ? containers.length : end
  }

  #place(line: Line, matched: number, isOpen: boolean): void {
    if (this.#endsDetails(line, matched, isOpen)) return
    if (matched === this.#state.containers.length && this.#goesOnWithLeaf(line)) return
    if (line.isBlank) {
      this.#state.closeTo(matched)
      this.#state.closeLeaf()
      this.#state.noteBlank(matched)
    } else {
      // beyond the deepest nesting, and in an indented line, it is text
      const isWholeDetails = line.indent <= 3 && this.#state.mayNest && WHOLE_DETAILS.test(line.content)
      startBlocks(this.#state, isWholeDetails ? line.without(END_OF_DETAILS) : line, matched, isOpen)
      const details = this.#state.containers.findLastIndex(({ type }) => type === 'details')
      if (isWholeDetails && details >= matched) this.#state.closeTo(details)
      this.#state.noteText()
    }
  }

  /** @returns whether code or HTML took the line */
  #goesOnWithLeaf(line: Line): boolean {
    const { leaf } = this.#state
    const { isBlank } = line
    if (leaf?.type === 'indented') {
      if (!addToIndented(leaf, line)) return false
      if (isBlank) this.#state.noteBlank(this.#state.containers.length)
      else this.#state.noteText()
      return true
    }
    if (leaf?.type === 'fence') {
      if (addToFence(leaf, line)) this.#state.closeLeaf()
    } else if (leaf?.type === 'html' && !(isBlank && leaf.end === undefined)) {
      leaf.lines.push(line.rest)
      if (leaf.end?.test(line.rest)) this.#state.closeLeaf()
    } else return false
    this.#state.noteText()
    return true
  }

  /** @returns whether the line closed `<details>` */
  #endsDetails(line: Line, matched: number, isOpen: boolean): boolean {
    const { containers, leaf } = this.#state
    const index = containers.slice(0, matched).findLastIndex(({ type }) => type === 'details')
    if (index === -1 || leaf?.type === 'fence' || leaf?.type === 'html') return false
    if (line.indent > 3 || !END_OF_DETAILS.test(line.content)) return false
    const before = new Line(line.content.replace(END_OF_DETAILS, ''))
    if (!before.isBlank) startBlocks(this.#state, before, matched, isOpen)
    this.#state.closeTo(index)
    this.#state.noteText()
    return true
  }
}
