import { describe, expect, it } from 'vitest'
import type { Table } from './blocks'
import { parseMarkdown } from './markdown-stream'
import { numberColumns } from './number-columns'
import { tableCsv, tableMarkdown } from './table-text'

const tableOf = (markdown: string): Table => {
  const [table] = parseMarkdown(markdown)
  if (table?.kind !== 'table') throw new TypeError('no table')
  return table
}

describe('a table', () => {
  const table = tableOf(
    '| *a* | n | $x$ |\n|:--|--:|---|\n| say "b", c | $1,000 | `x\\|y` |\n| d<br>e | −5 % | \\*f |\n',
  )

  it('is copied as CSV', () => {
    expect(tableCsv(table)).toBe('a,n,$x$\r\n"say ""b"", c","$1,000",x|y\r\n"d\ne",−5 %,*f\r\n')
  })

  it('is copied as Markdown that is read as the same table', () => {
    const copy = tableMarkdown(table)
    expect(copy).toBe(
      '| *a* | n | $x$ |\n| :--- | ---: | --- |\n| say "b", c | $1,000 | `x\\|y` |\n| d<br>e | −5 % | \\*f |\n',
    )
    expect(tableOf(copy)).toEqual(table)
  })

  it('knows its columns of numbers', () => {
    expect(numberColumns(table)).toEqual([false, true, false])
    expect(numberColumns(tableOf('| a |\n|---|\n'))).toEqual([false])
  })
})
