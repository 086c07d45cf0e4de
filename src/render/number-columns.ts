import type { Table } from './blocks'
import { plainText } from './markdown/inline-tree'

/** A cell that holds a number, perhaps with a sign, a currency or a percent sign. */
const NUMBER = /^[-+−±≈~]?\s?[$€£¥￥]?\s?\d[\d,.\u00a0 ]*\s?[%‰°]?$/

/** The columns that hold numbers alone, as far as their first rows tell. */
export function numberColumns({ header, rows }: Table): boolean[] {
  const first = rows[0] ?? []
  return header.map((_, column) => {
    const cells = first.map((row) => plainText(row[column] ?? []).trim()).filter((cell) => cell !== '')
    return cells.length > 0 && cells.every((cell) => NUMBER.test(cell))
  })
}
