import type { Inline } from '../blocks'
import type { Opener } from './inline-tree'
import { normalLabel, readLabel, readLinkTail } from './links'
import type { References } from './references'

/** The target of a bracket. */
export interface LinkTarget {
  /** Undefined while it is still being written. */
  readonly destination?: string
  /** Set instead for the mark of a footnote. */
  readonly footnote?: Inline
  readonly end: number
}

/**
 * The target behind a closed bracket, or the definition of its label (CommonMark 0.31.2, section 6.3).
 * @param at index after the closing bracket
 * @returns `open` if the text ends within it; undefined if the bracket is text
 */
export function linkTarget(
  text: string,
  at: number,
  opener: Opener,
  references: References,
): LinkTarget | 'open' | undefined {
  const label = text.slice(opener.at + opener.text.length, at - 1)
  if (label.startsWith('^') && !opener.isImage) {
    const footnote = references.footnote(label.slice(1))
    if (footnote) return { footnote, end: at }
  }
  const tail = text[at] === '(' ? readLinkTail(text, at) : undefined
  if (tail) return tail
  const reference = text[at] === '[' ? readLabel(text, at) : undefined
  const name = reference?.label ?? (/(?<!\\)(?:\\\\)*[[\]]/.test(label) ? '' : label)
  if (name.trim() === '' || name.length > 999) return undefined
  const destination = references.destination(normalLabel(name))
  if (destination === undefined) return undefined
  const isCollapsed = text.startsWith('[]', at)
  return { destination, end: reference?.end ?? at + (isCollapsed ? 2 : 0) }
}
