import type { Token, Tokens } from 'marked'
import type { Block, Inline, ListItem } from './blocks'

/** marked's block tokens as our blocks. HTML becomes the text that it is. */
export function toBlocks(tokens: readonly Token[]): Block[] {
  return tokens.flatMap((token): Block[] => {
    const known = token as Tokens.Generic & Token
    switch (known.type) {
      case 'space':
      case 'def':
        return []
      case 'heading':
        return [{ kind: 'heading', level: (known as Tokens.Heading).depth, children: toInlines(known.tokens) }]
      case 'code':
        return [
          {
            kind: 'code',
            language: (known as Tokens.Code).lang?.split(/\s/, 1)[0] ?? '',
            text: (known as Tokens.Code).text,
          },
        ]
      case 'blockquote':
        return [{ kind: 'quote', blocks: toBlocks(known.tokens ?? []) }]
      case 'hr':
        return [{ kind: 'rule' }]
      case 'list':
        return [toList(known as Tokens.List)]
      case 'table':
        return [toTable(known as Tokens.Table)]
      case 'paragraph':
      case 'text':
        return [
          { kind: 'paragraph', children: known.tokens ? toInlines(known.tokens) : [text((known as Tokens.Text).text)] },
        ]
      default:
        return [{ kind: 'paragraph', children: [text(known.raw.trimEnd())] }]
    }
  })
}

function toList(list: Tokens.List): Block {
  const items = list.items.map((item): ListItem => ({
    checked: item.task ? (item.checked ?? false) : undefined,
    blocks: toBlocks(item.tokens),
  }))
  return { kind: 'list', start: list.ordered ? Number(list.start) : undefined, items }
}

function toTable(table: Tokens.Table): Block {
  return {
    kind: 'table',
    alignments: table.align,
    header: table.header.map((cell) => toInlines(cell.tokens)),
    rows: table.rows.map((row) => row.map((cell) => toInlines(cell.tokens))),
  }
}

function toInlines(tokens: readonly Token[] = []): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    const known = token as Tokens.Generic & Token
    switch (known.type) {
      case 'strong':
        return [{ kind: 'strong', children: toInlines(known.tokens) }]
      case 'em':
        return [{ kind: 'emphasis', children: toInlines(known.tokens) }]
      case 'del':
        return [{ kind: 'strike', children: toInlines(known.tokens) }]
      case 'codespan':
        return [{ kind: 'code', text: (known as Tokens.Codespan).text }]
      case 'br':
        return [{ kind: 'break' }]
      case 'link':
        return toLink(known as Tokens.Link)
      case 'image':
        return toImage(known as Tokens.Image)
      case 'checkbox':
        return [] // the list item says whether it is checked
      case 'escape':
        return [text((known as Tokens.Escape).text)]
      case 'text':
        return known.tokens ? toInlines(known.tokens) : [text((known as Tokens.Text).text)]
      default:
        return [text(known.raw)]
    }
  })
}

function toLink(link: Tokens.Link): Inline[] {
  const href = safeHref(link.href)
  const children = toInlines(link.tokens)
  return href === undefined ? children : [{ kind: 'link', href, children }]
}

function toImage(image: Tokens.Image): Inline[] {
  const href = safeHref(image.href)
  return [href === undefined ? text(image.raw) : { kind: 'image', href, alt: image.text }]
}

/** Addresses that a link of a reply may have; everything else (javascript:, data:, relative ones) stays text. */
function safeHref(href: string): string | undefined {
  const url = URL.canParse(href) ? new URL(href) : undefined
  return url && ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined
}

function text(value: string): Inline {
  return { kind: 'text', text: value }
}
