import type { Alignment, Block, Footnote, ListItem } from '../blocks'
import { PartList, type Parts } from '../parts'
import {
  forkContainer,
  holder,
  toBlock,
  toFootnote,
  toItem,
  type Container,
  type HoldingContainer,
  type ListContainer,
} from './containers'
import { forkLeaf, leafBlocks, type Leaf } from './leaves'
import { Paragraph } from './paragraph'
import type { References } from './references'
import { readRow } from './tables'

/** Deepest nesting of quotes, items and similar blocks; a deeper one is text. */
const DEEPEST = 20

/** The blocks of a text so far: closed blocks, and blocks that may still get lines. */
export class BlockState {
  readonly references: References
  #containers: Container[] = [holder('document')]
  #leaf: Leaf | undefined
  #footnotes: Footnote[] = []
  /** The line before was blank for the containers from this index on. */
  #blankFrom = Infinity
  /** A fork defines nothing: its lines may yet grow. */
  #isFork = false

  constructor(references: References) {
    this.references = references
  }

  /** A copy that goes on alone. */
  fork(): BlockState {
    const copy = new BlockState(this.references)
    copy.#containers = this.#containers.map(forkContainer)
    copy.#leaf = this.#leaf && forkLeaf(this.#leaf)
    copy.#footnotes = [...this.#footnotes]
    copy.#blankFrom = this.#blankFrom
    copy.#isFork = true
    return copy
  }

  /** The document first, the innermost last. */
  get containers(): readonly Container[] {
    return this.#containers
  }

  get leaf(): Leaf | undefined {
    return this.#leaf
  }

  /** The open paragraph, if the innermost open block is one. */
  get paragraph(): Paragraph | undefined {
    return this.#leaf?.type === 'paragraph' ? this.#leaf : undefined
  }

  /** Whether another container may begin. */
  get mayNest(): boolean {
    return this.#containers.filter(({ type }) => type !== 'list').length <= DEEPEST
  }

  /** Whether a container holds nothing yet. */
  isEmpty(index: number): boolean {
    const container = this.#containers[index]
    const isLast = index === this.#containers.length - 1
    return isLast && this.#leaf === undefined && container?.type !== 'list' && container?.children.isEmpty === true
  }

  /**
   * @param matched how many containers continue on the blank line; within a quote, only the quote's content sees it as
   * blank
   */
  noteBlank(matched: number): void {
    const quote = this.#containers
      .slice(0, matched)
      .findLastIndex(({ type }) => type === 'quote' || type === 'footnote')
    this.#blankFrom = quote + 1
  }

  noteText(): void {
    this.#blankFrom = Infinity
  }

  /** Closes the containers after this many. */
  closeTo(matched: number): void {
    while (this.#containers.length > matched) this.#closeContainer()
  }

  closeLeaf(): void {
    const leaf = this.#leaf
    this.#leaf = undefined
    if (leaf?.type === 'paragraph') this.push(...this.#close(leaf))
    else if (leaf) this.push(...leafBlocks(leaf, true))
  }

  /** Removes the open paragraph, to make another block of it; keeps it if it holds definitions alone. */
  takeParagraph(): readonly Block[] | undefined {
    if (!this.paragraph?.close().blocks.length) return undefined
    const blocks = this.#close(this.paragraph)
    this.#leaf = undefined
    return blocks
  }

  #close(paragraph: Paragraph): readonly Block[] {
    const { blocks, definitions } = paragraph.close()
    if (!this.#isFork) for (const { label, destination } of definitions) this.references.define(label, destination)
    return blocks
  }

  #closeContainer(): void {
    this.closeLeaf()
    const container = this.#containers.pop()
    if (container?.type === 'footnote') this.#footnotes.push(toFootnote(container, this.references, []))
    else if (container?.type === 'item') this.#list?.items.push(toItem(container, []))
    else if (container) this.push(toBlock(container, this.references, [], []))
  }

  get #list(): ListContainer | undefined {
    const container = this.#containers.at(-1)
    return container?.type === 'list' ? container : undefined
  }

  get #holding(): HoldingContainer {
    const container = this.#containers.at(-1)
    if (container === undefined || container.type === 'list') throw new TypeError('A list holds items alone.')
    return container
  }

  /** Adds closed blocks to the innermost container. */
  push(...blocks: readonly Block[]): void {
    for (const block of blocks) this.#holding.children.push(block)
  }

  /** Makes room for a block: open blocks that cannot hold it end, and a blank line before it makes a list loose. */
  begin(isItem = false): void {
    this.closeLeaf()
    if (this.#list && !isItem) this.#closeContainer()
    const index = this.#containers.length - 1
    if (this.#blankFrom > index) return
    const container = this.#containers[index]
    const above = this.#containers[index - 1]
    if (container?.type === 'list' && !container.items.isEmpty) container.tight = false
    if (container?.type === 'item' && !container.children.isEmpty && above?.type === 'list') above.tight = false
  }

  open(container: Container): void {
    this.#containers.push(container)
    if (container.type === 'footnote' && !this.#isFork) this.references.defineFootnote(container.label)
  }

  setLeaf(leaf: Leaf | undefined): void {
    this.#leaf = leaf
  }

  openParagraph(text: string): void {
    const holding = this.#holding
    const isFirstOfItem = holding.type === 'item' && holding.children.isEmpty
    const task = isFirstOfItem ? /^\[([ xX])\][ \t]+(?=\S)/.exec(text) : null
    if (task && holding.type === 'item') holding.checked = task[1] !== ' '
    this.#leaf = new Paragraph(this.references, task ? text.slice(task[0].length) : text)
  }

  openTable(header: string, alignments: readonly Alignment[]): void {
    const row = readRow(header, alignments.length, this.references)
    this.#leaf = { type: 'table', alignments, header: row, rows: PartList.empty() }
  }

  /** All blocks; open ones as if they ended here. @param isOpen whether more of the text will come */
  blocks(isOpen: boolean): Parts<Block> {
    let last: readonly Block[] = this.#leaf ? this.#leafPreview(this.#leaf, isOpen) : []
    let item: readonly ListItem[] = []
    const notes = [...this.#footnotes]
    for (const container of this.#containers.slice(1).toReversed()) {
      if (container.type === 'item') item = [toItem(container, last)]
      else if (container.type === 'footnote') notes.push(toFootnote(container, this.references, last))
      const isOutside = container.type === 'item' || container.type === 'footnote'
      last = isOutside ? [] : [toBlock(container, this.references, last, item)]
      if (container.type === 'list') item = []
    }
    const document = this.#containers[0]
    if (document === undefined || document.type === 'list') return []
    const byNumber = notes.toSorted((one, other) => one.number - other.number)
    return document.children.parts(
      ...last,
      ...(notes.length > 0 ? [{ kind: 'footnotes', notes: byNumber } as const] : []),
    )
  }

  #leafPreview(leaf: Leaf, isOpen: boolean): Block[] {
    if (leaf.type !== 'paragraph') return leafBlocks(leaf, !isOpen)
    if (!isOpen) return leaf.close().blocks
    const holding = this.#containers.at(-1)
    return leaf.preview(holding?.type === 'item' && holding.children.isEmpty && holding.checked === undefined)
  }
}
