/** Blocks that hold other blocks, while lines may still be added to them. */
import type { Block, Footnote, ListItem } from '../blocks'
import { PartList } from '../parts'
import { readInlines } from './inlines'
import type { Line } from './line'
import type { References } from './references'

interface Holder {
  readonly children: PartList<Block>
}

export interface ListContainer {
  readonly type: 'list'
  /** The bullet, or what follows the number: a list goes on with the same one. */
  readonly mark: string
  readonly start: number | undefined
  tight: boolean
  readonly items: PartList<ListItem>
}

export interface ItemContainer extends Holder {
  readonly type: 'item'
  /** Columns that its lines are indented by. */
  readonly indent: number
  checked: boolean | undefined
}

interface DetailsContainer extends Holder {
  readonly type: 'details'
  readonly isOpen: boolean
  summary: string | undefined
}

export type HoldingContainer =
  | (Holder & { readonly type: 'document' | 'quote' })
  | ItemContainer
  | DetailsContainer
  | (Holder & { readonly type: 'footnote'; readonly label: string })

export type Container = HoldingContainer | ListContainer

export const holder = (type: 'document' | 'quote'): HoldingContainer => ({ type, children: PartList.empty() })

/** A copy to which more can be added without a change of the first. */
export function forkContainer(container: Container): Container {
  if (container.type === 'list') return { ...container, items: container.items.fork() }
  return { ...container, children: container.children.fork() }
}

/**
 * Reads the marks that a line must begin with to continue a container (CommonMark 0.31.2, sections 5.1 and 5.2).
 * @param isEmpty whether the container holds nothing yet
 * @returns whether it continues
 */
export function goesOn(container: Container, line: Line, isEmpty: boolean): boolean {
  switch (container.type) {
    case 'document':
    case 'list':
    case 'details':
      return true
    case 'quote':
      if (line.indent > 3 || !line.content.startsWith('>')) return false
      line.skipSpace()
      line.skip(1)
      if (/^[ \t]/.test(line.rest)) line.skipColumns(1)
      return true
    case 'item':
    case 'footnote': {
      if (line.isBlank) return !isEmpty
      const indent = container.type === 'item' ? container.indent : 4
      if (line.indent < indent) return false
      line.skipColumns(indent)
      return true
    }
  }
}

/** The block that a container becomes. @param more blocks in it that are not closed yet */
export function toBlock(
  container: Exclude<HoldingContainer, ItemContainer> | ListContainer,
  references: References,
  more: readonly Block[],
  openItem: readonly ListItem[],
): Block {
  switch (container.type) {
    case 'list': {
      const { start, tight, items } = container
      return { kind: 'list', start, tight, items: items.parts(...openItem) }
    }
    case 'details':
      return {
        kind: 'details',
        open: container.isOpen,
        summary: readInlines((container.summary ?? '').replace(/<\/?[a-z]{0,7}$/i, ''), references).inlines,
        blocks: container.children.parts(...more),
      }
    case 'document':
    case 'quote':
    case 'footnote':
      return { kind: 'quote', blocks: container.children.parts(...more) }
  }
}

export function toItem(container: ItemContainer, more: readonly Block[]): ListItem {
  return { checked: container.checked, blocks: container.children.parts(...more) }
}

export function toFootnote(
  container: Holder & { readonly label: string },
  references: References,
  more: readonly Block[],
): Footnote {
  const number = references.footnoteNumber(container.label)
  return { label: container.label, number, blocks: container.children.parts(...more) }
}
