import type { Parts } from './parts'

/** A formula: TeX without its delimiters, and the text as written. */
interface Formula {
  readonly kind: 'formula'
  readonly tex: string
  readonly source: string
  /** Whether it stands on lines of its own. */
  readonly display: boolean
}

/** A reply as data, which the interface draws with its own elements, so that no HTML is ever parsed. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'break' }
  | Wrap
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] }
  /** An image of a reply is never fetched; `href` is offered as a link. */
  | { readonly kind: 'image'; readonly href: string; readonly alt: string }
  | Formula
  /** The source of a formula that is still being written. */
  | { readonly kind: 'pending'; readonly text: string }
  | { readonly kind: 'footnote'; readonly label: string; readonly number: number }

/** Kinds of inlines that only wrap others. */
export type WrapKind = 'strong' | 'emphasis' | 'strike' | 'subscript' | 'superscript' | 'key'

/** Elements that only wrap others. */
type Wrap = { [Kind in WrapKind]: { readonly kind: Kind; readonly children: readonly Inline[] } }[WrapKind]

export interface ListItem {
  /** Undefined if the item is not a task. */
  readonly checked: boolean | undefined
  readonly blocks: Parts<Block>
}

export type Alignment = 'left' | 'center' | 'right' | null
export type Row = readonly (readonly Inline[])[]

export interface Table {
  readonly kind: 'table'
  readonly alignments: readonly Alignment[]
  readonly header: Row
  readonly rows: Parts<Row>
}

export interface Footnote {
  readonly label: string
  /** From 1, in the order of the definitions. */
  readonly number: number
  readonly blocks: Parts<Block>
}

export type Block =
  /** Each part of a long paragraph ends at the end of a word; a part is about a thousand characters. */
  | { readonly kind: 'paragraph'; readonly children: Parts<Inline> }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  /** `closed` once no more can be added to it. */
  | { readonly kind: 'code'; readonly language: string; readonly text: string; readonly closed: boolean }
  | { readonly kind: 'quote'; readonly blocks: Parts<Block> }
  | {
      readonly kind: 'list'
      /** The first number; undefined if the list has no numbers. */
      readonly start: number | undefined
      /** Whether no blank line separates the items. */
      readonly tight: boolean
      readonly items: Parts<ListItem>
    }
  | Table
  | {
      readonly kind: 'details'
      readonly open: boolean
      readonly summary: readonly Inline[]
      readonly blocks: Parts<Block>
    }
  | { readonly kind: 'rule' }
  | { readonly kind: 'footnotes'; readonly notes: readonly Footnote[] }
