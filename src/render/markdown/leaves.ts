/** Blocks that hold lines, while more of them may come. */
import type { Alignment, Block, Inline, Row } from '../blocks'
import type { PartList } from '../parts'
import { unescapeText } from './entities'
import type { Line } from './line'
import type { Paragraph } from './paragraph'

export interface Fence {
  readonly type: 'fence'
  readonly character: string
  readonly length: number
  /** Columns that the fence itself is indented by. */
  readonly indent: number
  readonly info: string
  text: string
}

export interface IndentedCode {
  readonly type: 'indented'
  text: string
  /** Blank lines that count if more code follows. */
  blank: string
}

interface HtmlBlock {
  readonly type: 'html'
  readonly end: RegExp | undefined
  readonly lines: string[]
}

interface TableLeaf {
  readonly type: 'table'
  readonly alignments: readonly Alignment[]
  readonly header: Row
  readonly rows: PartList<Row>
}

export type Leaf = Paragraph | Fence | IndentedCode | HtmlBlock | TableLeaf

export function forkLeaf(leaf: Leaf): Leaf {
  switch (leaf.type) {
    case 'paragraph':
      return leaf.fork()
    case 'table':
      return { ...leaf, rows: leaf.rows.fork() }
    case 'html':
      return { ...leaf, lines: [...leaf.lines] }
    case 'fence':
    case 'indented':
      return { ...leaf }
  }
}

/** The blocks of a leaf that is no paragraph. @param isClosed whether no more lines come */
export function leafBlocks(leaf: Exclude<Leaf, Paragraph>, isClosed: boolean): Block[] {
  switch (leaf.type) {
    case 'fence':
      return [fenceBlock(leaf, isClosed)]
    case 'indented':
      return [{ kind: 'code', language: '', text: leaf.text.replace(/\n$/, ''), closed: isClosed }]
    case 'html':
      return [{ kind: 'paragraph', children: [linesAsText(leaf.lines)] }]
    case 'table':
      return [{ kind: 'table', alignments: leaf.alignments, header: leaf.header, rows: leaf.rows.parts() }]
  }
}

const FORMULA_LANGUAGE = /^(?:math|latex|tex)$/i
/** TeX that is a document or a part of one, and not a formula; so is TeX with comments, or with formulas in it. */
const DOCUMENT =
  /\\(?:documentclass|usepackage|(?:re)?newcommand|DeclareMathOperator|def\b|text(?:bf|it|tt)\b|(?:sub)*section\b|chapter|item\b|begin\{(?:document|itemize|enumerate|table|figure|tabular|tikzpicture|center|theorem|proof|verbatim)\})/

function fenceBlock({ info, text: lines }: Fence, closed: boolean): Block {
  const language = unescapeText(info.split(/\s/, 1)[0] ?? '')
  const text = lines.replace(/\n$/, '')
  const tex = withoutDelimiters(text)
  if (!FORMULA_LANGUAGE.test(language) || DOCUMENT.test(text) || /^\s*%|(?<!\\)\$/m.test(tex.replace(/^\$+|\$+$/g, '')))
    return { kind: 'code', language, text, closed }
  if (closed && tex === '') return { kind: 'code', language, text, closed }
  const inline: Inline = closed ? { kind: 'formula', tex, source: text, display: true } : { kind: 'pending', text }
  return { kind: 'paragraph', children: [[inline]] }
}

/** The formula in a fence whose writer put delimiters around it too. */
function withoutDelimiters(text: string): string {
  const trimmed = text.trim()
  const inside = /^(?:\$\$([^$]+)\$\$|\$([^$]+)\$|\\\[([\s\S]+)\\\]|\\\(([\s\S]+)\\\))$/.exec(trimmed)
  return (inside?.slice(1).find(Boolean) ?? trimmed).trim()
}

function linesAsText(lines: readonly string[]): Inline[] {
  return lines.flatMap((text, index): Inline[] => [
    ...(index > 0 ? [{ kind: 'break' } as const] : []),
    { kind: 'text', text },
  ])
}

/** @returns whether the line ends the fence */
export function addToFence(fence: Fence, line: Line): boolean {
  const isEnd =
    line.indent < 4 && new RegExp(`^\\${fence.character}{${String(fence.length)},}[ \\t]*$`).test(line.content)
  if (isEnd) return true
  line.skipColumns(Math.min(fence.indent, line.indent))
  fence.text += `${line.rest}\n`
  return false
}

/** @returns whether the line belongs to the code */
export function addToIndented(code: IndentedCode, line: Line): boolean {
  if (line.isBlank) {
    line.skipColumns(4)
    code.blank += `${line.rest}\n`
    return true
  }
  if (line.indent < 4) return false
  line.skipColumns(4)
  code.text += `${code.blank}${line.rest}\n`
  code.blank = ''
  return true
}
