import type { Inline, WrapKind } from '../blocks'
import { matchDelimiters, openToTheEnd, type Delimiter } from './delimiters'

/** A bracket or a tag that waits for its end. */
export interface Opener {
  readonly type: 'opener'
  readonly at: number
  /** As written: shown if the end is missing. */
  readonly text: string
  /** The element that a tag makes; undefined for a bracket. */
  readonly kind: WrapKind | undefined
  readonly isImage: boolean
  /** Within a link no other link begins. */
  isActive: boolean
}

export type InlineToken = Delimiter | Opener | { readonly type: 'node'; readonly node: Inline }

/** Deepest nesting that is drawn; deeper inlines are text. */
const DEEPEST = 20

/**
 * Tokens as a tree.
 * @param isOpen whether the text is still being written, so that what is open counts as closed at its end
 * @returns the tree, and the runs that would still be open
 */
export function toTree(tokens: readonly InlineToken[], isOpen: boolean): { inlines: Inline[]; open: Delimiter[] } {
  const open = matchDelimiters(tokens.filter((token) => token.type === 'delimiter'))
  const lastCloses = isOpen ? open.toReversed().flatMap(openToTheEnd) : []
  const frames: { kind: WrapKind | undefined; children: Inline[] }[] = [{ kind: undefined, children: [] }]
  const push = (node: Inline): void => {
    append(frames.at(-1)?.children ?? [], node)
  }
  const close = (): void => {
    const frame = frames.pop()
    if (frame?.kind) push({ kind: frame.kind, children: frame.children })
  }
  for (const token of tokens) {
    if (token.type === 'node') push(token.node)
    else if (token.type === 'opener') push({ kind: 'text', text: token.text })
    else {
      token.closes.forEach(close)
      if (token.left > 0) push({ kind: 'text', text: token.character.repeat(token.left) })
      for (const kind of token.opens.toReversed()) frames.push({ kind, children: [] })
    }
  }
  lastCloses.forEach(close)
  return { inlines: frames[0]?.children ?? [], open }
}

/** Neighbouring texts become one. */
function append(list: Inline[], node: Inline): void {
  const last = list.at(-1)
  if (last?.kind === 'text' && node.kind === 'text')
    list[list.length - 1] = { kind: 'text', text: last.text + node.text }
  else list.push(node)
}

/** The same inlines; those nested too deeply become text. */
export function capDepth(inlines: readonly Inline[], depth = 0): readonly Inline[] {
  if (!inlines.some((inline) => 'children' in inline)) return inlines
  return inlines.map((inline): Inline => {
    if (!('children' in inline)) return inline
    if (depth >= DEEPEST) return { kind: 'text', text: plainText(inline.children) }
    return { ...inline, children: capDepth(inline.children, depth + 1) }
  })
}

/** The text of inlines without their marks. */
export function plainText(inlines: readonly Inline[]): string {
  let text = ''
  const left = inlines.toReversed()
  for (let inline = left.pop(); inline; inline = left.pop()) {
    if ('children' in inline) left.push(...inline.children.toReversed())
    else text += ownText(inline)
  }
  return text
}

function ownText(inline: Exclude<Inline, { children: unknown }>): string {
  switch (inline.kind) {
    case 'break':
      return '\n'
    case 'image':
      return inline.alt
    case 'formula':
      return inline.source
    case 'footnote':
      return `[${String(inline.number)}]`
    case 'text':
    case 'code':
    case 'pending':
      return inline.text
  }
}
