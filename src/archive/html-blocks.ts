import type { Block, Inline, ListItem, Row } from '../render/blocks'

/** Parts that a page draws and no text can: each function gives HTML that is safe as it is, or undefined. */
export interface Drawing {
  /** A formula as MathML. */
  formula(tex: string, display: boolean): string | undefined
}

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const TAGS = {
  strong: 'strong',
  emphasis: 'em',
  strike: 's',
  subscript: 'sub',
  superscript: 'sup',
  key: 'kbd',
} as const

/** Addresses that a saved page may lead to. */
const SAFE = /^(?:https?:|mailto:)/i

/** Blocks of an answer as HTML: all text is escaped, images are links, and no part of it runs. */
export class BlockHtml {
  readonly #drawing: Drawing
  readonly #coloured: ReadonlyMap<Block, string>

  /** @param coloured the pieces of fences that have colours */
  constructor(drawing: Drawing, coloured: ReadonlyMap<Block, string>) {
    this.#drawing = drawing
    this.#coloured = coloured
  }

  blocks(blocks: readonly Block[]): string {
    return blocks.map((block) => this.#block(block)).join('')
  }

  #block(block: Block): string {
    switch (block.kind) {
      case 'paragraph':
        return `<p>${this.#inlines(block.children.flat())}</p>\n`
      case 'heading': {
        // Heading levels below those of the page itself.
        const tag = `h${Math.min(6, block.level + 2)}`
        return `<${tag}>${this.#inlines(block.children)}</${tag}>\n`
      }
      case 'code':
        return `<pre><code>${this.#coloured.get(block) ?? escapeHtml(block.text)}</code></pre>\n`
      case 'quote':
        return `<blockquote>${this.blocks(block.blocks.flat())}</blockquote>\n`
      case 'list': {
        const [tag, start] = block.start === undefined ? ['ul', ''] : ['ol', ` start="${block.start}"`]
        const items = block.items.flat().map((item) => this.#item(item, block.tight))
        return `<${tag}${start}>${items.join('')}</${tag}>\n`
      }
      case 'table': {
        const rows = block.rows.flat().map((row) => this.#row(row, 'td'))
        return `<table><thead>${this.#row(block.header, 'th')}</thead><tbody>${rows.join('')}</tbody></table>\n`
      }
      case 'details':
        return `<details><summary>${this.#inlines(block.summary)}</summary>${this.blocks(block.blocks.flat())}</details>\n`
      case 'rule':
        return '<hr>\n'
      case 'footnotes':
        return `<ol class="notes">${block.notes
          .map(({ number, blocks }) => `<li value="${number}">${this.blocks(blocks.flat())}</li>`)
          .join('')}</ol>\n`
    }
  }

  #item({ checked, blocks }: ListItem, tight: boolean): string {
    const mark = checked === undefined ? '' : checked ? '☑ ' : '☐ '
    const inner = blocks
      .flat()
      .map((block) => (tight && block.kind === 'paragraph' ? this.#inlines(block.children.flat()) : this.#block(block)))
    return `<li>${mark}${inner.join('')}</li>`
  }

  #row(row: Row, tag: 'td' | 'th'): string {
    return `<tr>${row.map((cell) => `<${tag}>${this.#inlines(cell)}</${tag}>`).join('')}</tr>`
  }

  #inlines(inlines: readonly Inline[]): string {
    return inlines.map((inline) => this.#inline(inline)).join('')
  }

  #inline(inline: Inline): string {
    switch (inline.kind) {
      case 'text':
      case 'pending':
        return escapeHtml(inline.text)
      case 'code':
        return `<code>${escapeHtml(inline.text)}</code>`
      case 'break':
        return '<br>'
      case 'link':
        return link(inline.href, this.#inlines(inline.children))
      case 'image':
        return link(inline.href, escapeHtml(inline.alt || inline.href))
      case 'formula':
        return this.#drawing.formula(inline.tex, inline.display) ?? `<code>${escapeHtml(inline.source)}</code>`
      case 'footnote':
        return `<sup>${inline.number}</sup>`
      case 'strong':
      case 'emphasis':
      case 'strike':
      case 'subscript':
      case 'superscript':
      case 'key': {
        const tag = TAGS[inline.kind]
        return `<${tag}>${this.#inlines(inline.children)}</${tag}>`
      }
    }
  }
}

const link = (href: string, inner: string) =>
  SAFE.test(href) ? `<a href="${escapeHtml(href)}" rel="noreferrer noopener">${inner}</a>` : inner
