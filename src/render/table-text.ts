import type { Inline, Row, Table } from './blocks'
import { plainText } from './markdown/inline-tree'

/** A table as comma-separated values (RFC 4180). */
export function tableCsv({ header, rows }: Table): string {
  const line = (row: Row) => row.map((cell) => csvCell(plainText(cell))).join(',')
  return [header, ...rows.flat()].map((row) => `${line(row)}\r\n`).join('')
}

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A table as Markdown, for GitHub and the like. */
export function tableMarkdown({ header, rows, alignments }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const rule = { left: ':---', center: ':---:', right: '---:' }
  const cells = (row: Row) => row.map((cell) => inlinesMarkdown(cell).replaceAll('|', '\\|').replaceAll('\n', '<br>'))
  const body = rows.flat().map((row) => line(cells(row)))
  return [line(cells(header)), line(alignments.map((at) => (at ? rule[at] : '---'))), ...body].join('')
}

const inlinesMarkdown = (inlines: readonly Inline[]): string => inlines.map(inlineMarkdown).join('')

function inlineMarkdown(inline: Inline): string {
  switch (inline.kind) {
    case 'strong':
      return `**${inlinesMarkdown(inline.children)}**`
    case 'emphasis':
      return `*${inlinesMarkdown(inline.children)}*`
    case 'strike':
      return `~~${inlinesMarkdown(inline.children)}~~`
    case 'subscript':
      return `<sub>${inlinesMarkdown(inline.children)}</sub>`
    case 'superscript':
      return `<sup>${inlinesMarkdown(inline.children)}</sup>`
    case 'key':
      return `<kbd>${inlinesMarkdown(inline.children)}</kbd>`
    case 'link':
      return `[${inlinesMarkdown(inline.children)}](${inline.href})`
    case 'image':
      return `![${inline.alt}](${inline.href})`
    case 'code':
      return inline.text.includes('`') ? `\`\` ${inline.text} \`\`` : `\`${inline.text}\``
    case 'text':
      return inline.text.replace(/[\\`*_[\]<]/g, '\\$&')
    case 'break':
    case 'formula':
    case 'pending':
    case 'footnote':
      return plainText([inline])
  }
}
