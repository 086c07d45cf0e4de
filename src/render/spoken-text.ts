import type { Block, Inline } from './blocks'
import { plainText } from './markdown/inline-tree'
import { parseMarkdown } from './markdown-stream'

/**
 * The text that is read aloud for an answer, with a passage for each paragraph, heading, item and row. Code is left
 * out.
 */
export function spokenPassages(markdown: string): string[] {
  return parseMarkdown(markdown)
    .flatMap(passagesOf)
    .map((passage) => passage.replaceAll(/\s+/g, ' ').trim())
    .filter((passage) => passage !== '')
}

function passagesOf(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [spoken(block.children.flat())]
    case 'heading':
      return [spoken(block.children)]
    case 'quote':
      return block.blocks.flat().flatMap(passagesOf)
    case 'list':
      return block.items.flat().flatMap(({ blocks }) => blocks.flat().flatMap(passagesOf))
    case 'table':
      return [block.header, ...block.rows.flat()].map((row) => row.map(spoken).join(', '))
    case 'details':
      return [spoken(block.summary), ...block.blocks.flat().flatMap(passagesOf)]
    case 'footnotes':
      return block.notes.flatMap(({ blocks }) => blocks.flat().flatMap(passagesOf))
    case 'code':
    case 'rule':
      return []
  }
}

const spoken = (inlines: readonly Inline[]): string => plainText(withoutMarks(inlines))

/** A voice would spell out marks of footnotes, and the backslashes and braces of TeX. */
const withoutMarks = (inlines: readonly Inline[]): Inline[] =>
  inlines.map((inline): Inline => {
    if ('children' in inline) return { ...inline, children: withoutMarks(inline.children) }
    if (inline.kind === 'footnote') return { kind: 'text', text: '' }
    if (inline.kind === 'formula') return { kind: 'text', text: inline.tex.replaceAll(/[\\{}$]+/g, ' ') }
    return inline
  })

/** The language that a text is to be read in: Chinese once a fifth of its letters are Chinese, English otherwise. */
export function spokenLanguage(text: string): 'zh' | 'en' {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const chinese = text.match(/\p{Script=Han}/gu)?.length ?? 0
  return chinese > 0 && chinese * 5 >= letters ? 'zh' : 'en'
}
