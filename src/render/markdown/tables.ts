/** Tables (GitHub Flavored Markdown, section 4.10), whose cells may hold formulas with bars. */
import type { Alignment, Inline, Row } from '../blocks'
import { readInlines } from './inlines'
import { findFormula } from './maths'
import type { References } from './references'

const DELIMITER_ROW = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/
/** In UTF-16 units: no table has more columns than a reader can follow. */
const LONGEST_DELIMITER_ROW = 2000

/** The alignments that a delimiter row sets, or undefined if a line is not one. */
export function readAlignments(line: string): Alignment[] | undefined {
  const row = line.trim()
  if (row.length > LONGEST_DELIMITER_ROW || !row.includes('|') || !DELIMITER_ROW.test(row)) return undefined
  return splitCells(row).map((cell) => {
    const [left, right] = [cell.startsWith(':'), cell.endsWith(':')]
    if (left && right) return 'center'
    if (right) return 'right'
    return left ? 'left' : null
  })
}

/**
 * The texts of a row's cells. A bar that is escaped or within a formula separates no cells. A bar within code separates
 * cells, except in a row with too many cells for its table.
 * @param isOpen whether the row is still being written: an open formula then keeps the rest of it
 */
export function splitCells(line: string, columns = Infinity, isOpen = false): string[] {
  const cells = split(line, false, isOpen)
  return cells.length > columns ? split(line, true, isOpen) : cells
}

function split(line: string, keepsCode: boolean, isOpen: boolean): string[] {
  const row = line.trim()
  const cells: string[] = []
  let cell = ''
  let index = row.startsWith('|') ? 1 : 0
  while (index < row.length) {
    const character = row[index] ?? ''
    if (character === '|') {
      cells.push(cell.trim())
      cell = ''
      index += 1
    } else if (character === '\\' && row[index + 1] === '|') {
      cell += '|'
      index += 2
    } else {
      const end = index + unitLength(row, index, keepsCode, isOpen)
      cell += row.slice(index, end)
      index = end
    }
  }
  if (cell.trim() !== '' || cells.length === 0) cells.push(cell.trim())
  return cells
}

/** Length of the unit at an index that must not be cut: a formula, code, an escaped character, else one character. */
function unitLength(row: string, index: number, keepsCode: boolean, isOpen: boolean): number {
  const character = row[index]
  if (keepsCode && character === '`') return /^(`+)(?!`).*?(?<!`)\1(?!`)/.exec(row.slice(index))?.[0].length ?? 1
  if (character !== '$' && character !== '\\') return 1
  const formula = findFormula(row, index)
  if (formula === 'open' && isOpen) return row.length - index
  if (formula !== undefined && formula !== 'open') return formula.end - index
  return character === '\\' ? 2 : 1
}

/** In a cell or a heading a bare `\boxed{…}` is an inline formula, even if it is alone. */
export const asInline = (inlines: readonly Inline[]): readonly Inline[] =>
  inlines.map((inline) =>
    inline.kind === 'formula' && inline.source === inline.tex && inline.tex.startsWith('\\boxed')
      ? { ...inline, display: false }
      : inline,
  )

/** A row with as many cells as the table has columns. */
export function readRow(line: string, columns: number, references: References, isOpen = false): Row {
  const cells = splitCells(line, columns, isOpen)
  const last = Math.min(cells.length, columns) - 1
  return Array.from({ length: columns }, (_, index) =>
    asInline(readInlines(cells[index] ?? '', references, '', isOpen && index === last).inlines),
  )
}
