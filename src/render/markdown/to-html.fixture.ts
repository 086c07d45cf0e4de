import type { Block, Inline, ListItem, Row } from '../blocks'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const TAGS = { strong: 'strong', emphasis: 'em', strike: 'del', subscript: 'sub', superscript: 'sup', key: 'kbd' }

function inlineHtml(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return escape(inline.text)
    case 'code':
      return `<code>${escape(inline.text)}</code>`
    case 'break':
      return '<br />\n'
    case 'link':
      return `<a href="${escape(inline.href)}">${inlinesHtml(inline.children)}</a>`
    case 'image':
      return `<img src="${escape(inline.href)}" alt="${escape(inline.alt)}" />`
    case 'formula':
      return `<math display="${inline.display ? 'block' : 'inline'}">${escape(inline.tex)}</math>`
    case 'pending':
      return `<pending>${escape(inline.text)}</pending>`
    case 'footnote':
      return `<sup>${String(inline.number)}</sup>`
    case 'strong':
    case 'emphasis':
    case 'strike':
    case 'subscript':
    case 'superscript':
    case 'key':
      return `<${TAGS[inline.kind]}>${inlinesHtml(inline.children)}</${TAGS[inline.kind]}>`
  }
}

const inlinesHtml = (inlines: readonly Inline[]): string => inlines.map(inlineHtml).join('')
const cells = (row: Row, tag: string): string =>
  `<tr>\n${row.map((cell) => `<${tag}>${inlinesHtml(cell)}</${tag}>\n`).join('')}</tr>\n`

function itemHtml({ checked, blocks }: ListItem, tight: boolean): string {
  const mark = checked === undefined ? '' : `<input${checked ? ' checked=""' : ''} disabled="" type="checkbox"> `
  const list = blocks.flat()
  const inner = list.map((block, index) => {
    if (!tight || block.kind !== 'paragraph') return blockHtml(block)
    return inlinesHtml(block.children.flat()) + (index < list.length - 1 ? '\n' : '')
  })
  const startsLine = list[0] !== undefined && (!tight || list[0].kind !== 'paragraph')
  return `<li>${mark}${startsLine ? '\n' : ''}${inner.join('')}</li>\n`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${inlinesHtml(block.children.flat())}</p>\n`
    case 'heading':
      return `<h${String(block.level)}>${inlinesHtml(block.children)}</h${String(block.level)}>\n`
    case 'code': {
      const name = block.language === '' ? '' : ` class="language-${escape(block.language)}"`
      return `<pre><code${name}>${escape(block.text)}${block.text === '' ? '' : '\n'}</code></pre>\n`
    }
    case 'quote':
      return `<blockquote>\n${toHtml(block.blocks.flat())}</blockquote>\n`
    case 'list': {
      const tag = block.start === undefined ? 'ul' : 'ol'
      const start = block.start === undefined || block.start === 1 ? '' : ` start="${String(block.start)}"`
      const items = block.items.flat().map((item) => itemHtml(item, block.tight))
      return `<${tag}${start}>\n${items.join('')}</${tag}>\n`
    }
    case 'table': {
      const rows = block.rows.flat().map((row) => cells(row, 'td'))
      const body = rows.length > 0 ? `<tbody>\n${rows.join('')}</tbody>\n` : ''
      return `<table>\n<thead>\n${cells(block.header, 'th')}</thead>\n${body}</table>\n`
    }
    case 'details':
      return `<details>\n<summary>${inlinesHtml(block.summary)}</summary>\n${toHtml(block.blocks.flat())}</details>\n`
    case 'rule':
      return '<hr />\n'
    case 'footnotes':
      return block.notes.map(({ blocks }) => `<aside>\n${toHtml(blocks.flat())}</aside>\n`).join('')
  }
}

/** Blocks as the HTML that CommonMark's specification gives for them. For tests alone: the page makes no HTML. */
export const toHtml = (blocks: readonly Block[]): string => blocks.map(blockHtml).join('')
