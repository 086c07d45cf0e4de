import type { Block, Inline, ListItem, Row, WrapKind } from '../blocks'
import type { Parts } from '../parts'

const WRAPS: Record<WrapKind, string> = {
  strong: 'b',
  emphasis: 'i',
  strike: 's',
  subscript: '_',
  superscript: '^',
  key: 'k',
}

const oneLine = (text: string): string => text.replaceAll('\n', '⏎')

function inlineShown(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return oneLine(inline.text)
    case 'code':
      return `c⟨${oneLine(inline.text)}⟩`
    case 'break':
      return '⏎'
    case 'link':
      return `a⟨${inlinesShown(inline.children)}⟩(${inline.href})`
    case 'image':
      return `img⟨${oneLine(inline.alt)}⟩(${inline.href})`
    case 'formula':
      return inline.display ? `⟦⟦${oneLine(inline.tex)}⟧⟧` : `⟦${oneLine(inline.tex)}⟧`
    case 'pending':
      return `?⟦${oneLine(inline.text)}⟧`
    case 'footnote':
      return `n⟨${String(inline.number)}⟩`
    case 'strong':
    case 'emphasis':
    case 'strike':
    case 'subscript':
    case 'superscript':
    case 'key':
      return `${WRAPS[inline.kind]}⟨${inlinesShown(inline.children)}⟩`
  }
}

const inlinesShown = (inlines: readonly Inline[]): string => inlines.map(inlineShown).join('')
const rowShown = (bar: string, row: Row): string =>
  `${bar}${row.map((cell) => ` ${inlinesShown(cell)} ${bar}`).join('')}`

/** The first line behind a mark, the others indented by two columns. */
const hung = (mark: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [mark.trimEnd()] : lines.map((line, index) => `${index === 0 ? mark : '  '}${line}`)

function itemLines(mark: string, { checked, blocks }: ListItem): string[] {
  const task = checked === undefined ? '' : checked ? '☑ ' : '☐ '
  return hung(`${mark} ${task}`, linesOf(blocks))
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [inlinesShown(block.children.flat())]
    case 'heading':
      return [`§${String(block.level)} ${inlinesShown(block.children)}`.trimEnd()]
    case 'code':
      return [`▤ ${block.language}`.trimEnd(), ...block.text.split('\n').map((line) => `│${line}`)]
    case 'quote':
      return hung('❝ ', linesOf(block.blocks))
    case 'list': {
      const { start, tight, items } = block
      const mark = (index: number) => `${start === undefined ? '•' : `№${String(start + index)}`}${tight ? '' : '+'}`
      return items.flat().flatMap((item, index) => itemLines(mark(index), item))
    }
    case 'table': {
      const { alignments, header, rows } = block
      const letters = alignments.map((alignment) => alignment?.charAt(0) ?? '-').join('')
      const first = `${rowShown('┃', header)}${/[lcr]/.test(letters) ? ` ${letters}` : ''}`
      return [first, ...rows.flat().map((row) => rowShown('│', row))]
    }
    case 'details':
      return [
        `${block.open ? '▼' : '▶'} ${inlinesShown(block.summary)}`.trimEnd(),
        ...linesOf(block.blocks).map((line) => `  ${line}`),
      ]
    case 'rule':
      return ['———']
    case 'footnotes':
      return block.notes.flatMap(({ number, blocks }) => hung(`n${String(number)} `, linesOf(blocks)))
  }
}

const linesOf = (blocks: Parts<Block>): string[] => blocks.flat().flatMap(blockLines)

/**
 * Blocks in the notation of the corpus, one block a line. Formulas: `⟦inline formula⟧`, `⟦⟦displayed one⟧⟧`,
 * `?⟦pending⟧`. Inlines: `⏎` a line's end, `b⟨bold⟩`, `i⟨emphasis⟩`, `s⟨strike⟩`, `c⟨code⟩`, `k⟨key⟩`, `_⟨sub⟩`,
 * `^⟨sup⟩`, `a⟨link⟩(where)`, `img⟨image⟩(where)`, `n⟨mark of a footnote⟩`. Blocks: `§2 heading`, `❝ quote`, `• item`,
 * `•+ item of a loose list`, `№3 third item`, `☐ ☑ task`, `▤ language` with `│lines of code`. Tables: `┃ header ┃` and
 * `│ row │` with `lcr-` for alignments. Others: `▶ details`, `———`, `n1 footnote`.
 */
export const shown = (blocks: readonly Block[]): string => linesOf([blocks]).join('\n')
