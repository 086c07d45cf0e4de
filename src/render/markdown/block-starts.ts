/** The blocks that begin on a line (CommonMark 0.31.2, sections 4 and 5; GFM's tables; footnotes; `<details>`). */
import { PartList } from '../parts'
import type { BlockState } from './block-state'
import { holder } from './containers'
import { htmlBlockKind } from './html-blocks'
import { readInlines } from './inlines'
import type { Line } from './line'
import { asInline, readRow } from './tables'

const HEADING = /^(#{1,6})(?:[ \t]+|$)/
const UNDERLINE = /^(?:=+|-+)[ \t]*$/
const FENCE = /^(?:`{3,}(?!.*`)|~{3,})/
const RULE = /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/
const ITEM = /^(?:[*+-]|(\d{1,9})([.)]))(?=[ \t]|$)/
const FOOTNOTE = /^\[\^([^\]\s]{1,100})\]:[ \t]*/
const DETAILS = /^<details(\s+open)?\s*>/i
const SUMMARY = /^<summary>(.*?)(?:<\/summary>|$)/i

/** A line whose containers are matched, and the facts about it. */
interface Place {
  readonly state: BlockState
  readonly line: Line
  /** Whether the line could continue an open paragraph, in the same containers. */
  readonly inParagraph: boolean
  /** Whether the line could continue an open paragraph, even without the containers' marks. */
  readonly isLazy: boolean
  /** Whether the line may yet grow. */
  readonly isOpen: boolean
  /** Closes blocks that the line does not continue; call it once a block begins. */
  readonly settle: () => void
}

/**
 * Places a line that is not blank. @param matched how many containers it continues @param isOpen whether it may yet
 * grow
 */
export function startBlocks(state: BlockState, line: Line, matched: number, isOpen: boolean): void {
  const { paragraph } = state
  /** Whether a block began on this line. */
  const progress = { isNew: false }
  const settle = (): void => {
    if (!progress.isNew) state.closeTo(matched)
    progress.isNew = true
  }
  for (;;) {
    const isLazy = !progress.isNew && paragraph !== undefined
    const inParagraph = isLazy && matched === state.containers.length
    const place: Place = { state, line, inParagraph, isLazy, isOpen, settle }
    if (line.isBlank || (line.indent > 3 && isLazy)) break
    if (line.indent > 3) {
      startIndentedCode(place)
      return
    }
    if (startContainer(place)) continue
    if (startLeaf(place)) return
    break
  }
  if (line.isBlank) return
  if (!progress.isNew && paragraph) {
    paragraph.addLine(line.content)
    return
  }
  if (!progress.isNew && matched === state.containers.length && addRow(state, line, isOpen)) return
  settle()
  state.begin()
  state.openParagraph(line.content)
}

/** @returns whether a container began, whose content is the rest of the line */
function startContainer(place: Place): boolean {
  if (startSummary(place)) return true
  if (!place.state.mayNest) return false
  return startQuote(place) || startFootnote(place) || startDetails(place) || startItem(place)
}

function startQuote({ state, line, settle }: Place): boolean {
  if (!line.content.startsWith('>')) return false
  settle()
  state.begin()
  line.skipSpace()
  line.skip(1)
  if (/^[ \t]/.test(line.rest)) line.skipColumns(1)
  state.open(holder('quote'))
  return true
}

function startFootnote({ state, line, settle }: Place): boolean {
  const found = FOOTNOTE.exec(line.content)
  if (!found) return false
  settle()
  state.begin()
  line.skipSpace()
  line.skip(found[0].trimEnd().length)
  line.skipSpace()
  state.open({ type: 'footnote', label: found[1] ?? '', children: PartList.empty() })
  return true
}

function startDetails({ state, line, settle }: Place): boolean {
  const found = DETAILS.exec(line.content)
  if (!found) return false
  settle()
  state.begin()
  line.skipSpace()
  line.skip(found[0].length)
  const isOpen = found[1] !== undefined
  state.open({ type: 'details', isOpen, summary: undefined, children: PartList.empty() })
  return true
}

/** The summary at the beginning of `<details>`. */
function startSummary({ state, line }: Place): boolean {
  const container = state.containers.at(-1)
  if (container?.type !== 'details' || container.summary !== undefined || !container.children.isEmpty) return false
  const found = SUMMARY.exec(line.content)
  if (!found) return false
  container.summary = (found[1] ?? '').trim()
  line.skipSpace()
  line.skip(found[0].length)
  return true
}

function startItem({ state, line, inParagraph, settle }: Place): boolean {
  const { content, indent } = line
  const found = ITEM.exec(content)
  if (!found || RULE.test(content)) return false
  const [marker, digits, delimiter] = found
  const isBlank = content.slice(marker.length).trim() === ''
  // Within a paragraph a number begins a list only if it is 1: "It was in\n1990. Nobody ..."
  if (inParagraph && (isBlank || (digits !== undefined && Number(digits) !== 1))) return false
  settle()
  const mark = delimiter ?? marker
  const last = state.containers.at(-1)
  const goesOn = last?.type === 'list' && last.mark === mark
  state.begin(goesOn)
  const start = digits === undefined ? undefined : Number(digits)
  if (!goesOn) state.open({ type: 'list', mark, start, tight: true, items: PartList.empty() })
  line.skipSpace()
  line.skip(marker.length)
  const space = isBlank || line.indent > 4 ? 1 : line.indent
  line.skipColumns(space)
  state.open({ type: 'item', indent: indent + marker.length + space, checked: undefined, children: PartList.empty() })
  return true
}

function startIndentedCode({ state, line, settle }: Place): void {
  settle()
  state.begin()
  line.skipColumns(4)
  state.setLeaf({ type: 'indented', text: `${line.rest}\n`, blank: '' })
}

/** @returns whether a block that holds lines began, or one that is a line */
function startLeaf(place: Place): boolean {
  return startTable(place) || startHeading(place) || startFence(place) || startHtml(place) || startRule(place)
}

function startTable({ state, line, inParagraph }: Place): boolean {
  const table = inParagraph && line.content.includes('|') ? state.paragraph?.asTable(line.content) : undefined
  if (!table) return false
  state.setLeaf(undefined)
  state.push(...table.above)
  state.openTable(table.header, table.alignments)
  return true
}

function addRow(state: BlockState, line: Line, isOpen: boolean): boolean {
  const { leaf, references } = state
  // Models continue with text right below the last row, so a line without a bar is no row.
  if (leaf?.type !== 'table' || !line.content.includes('|')) return false
  leaf.rows.push(readRow(line.content, leaf.alignments.length, references, isOpen))
  return true
}

/** The text of a heading without the `#` that may close it. */
function withoutClosingMarks(content: string): string {
  const text = content.trimEnd()
  let end = text.length
  while (text[end - 1] === '#') end -= 1
  const isClosed = end === 0 || text[end - 1] === ' ' || text[end - 1] === '\t'
  return isClosed ? text.slice(0, end).trim() : text.trim()
}

function startHeading({ state, line, inParagraph, isOpen, settle }: Place): boolean {
  const { content } = line
  const found = HEADING.exec(content)
  if (found) {
    settle()
    state.begin()
    const text = withoutClosingMarks(content.slice(found[0].length))
    const children = asInline(readInlines(text, state.references, '', isOpen).inlines)
    state.push({ kind: 'heading', level: found[1]?.length ?? 1, children })
    return true
  }
  if (!inParagraph || !UNDERLINE.test(content)) return false
  const [paragraph] = state.takeParagraph() ?? []
  if (paragraph?.kind !== 'paragraph') return false
  state.push({ kind: 'heading', level: content.startsWith('=') ? 1 : 2, children: paragraph.children.flat() })
  return true
}

function startFence({ state, line, isOpen, settle }: Place): boolean {
  const { content, indent } = line
  const marks = FENCE.exec(content)?.[0]
  if (marks === undefined) return false
  settle()
  state.begin()
  const info = isOpen ? '' : content.slice(marks.length).trim()
  state.setLeaf({ type: 'fence', character: marks[0] ?? '`', length: marks.length, indent, info, text: '' })
  return true
}

function startHtml({ state, line, isLazy, settle }: Place): boolean {
  const kind = htmlBlockKind(line.content, isLazy)
  if (!kind) return false
  settle()
  state.begin()
  state.setLeaf({ type: 'html', end: kind.end, lines: [line.rest] })
  if (kind.end?.test(line.rest)) state.closeLeaf()
  return true
}

function startRule({ state, line, settle }: Place): boolean {
  if (!RULE.test(line.content)) return false
  settle()
  state.begin()
  state.push({ kind: 'rule' })
  return true
}
