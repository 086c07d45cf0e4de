import type { Inline } from '../blocks'
import { TAG_TO_BE } from './html-tags'

/** Controls that turn the direction of writing (UAX #9). */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g

/** Controls of direction could make a link's text look like another address: they are shown. */
export function withVisibleMarks(inlines: readonly Inline[]): readonly Inline[] {
  return inlines.map((inline): Inline => {
    if ('children' in inline) return { ...inline, children: withVisibleMarks(inline.children) }
    return inline.kind === 'text' ? { kind: 'text', text: inline.text.replace(DIRECTION, codePointName) } : inline
  })
}

const codePointName = (character: string): string => `[U+${character.charCodeAt(0).toString(16).toUpperCase()}]`

/** One space on either side belongs to the marks of code (CommonMark 0.31.2, section 6.1). */
export function codeText(content: string): string {
  const line = content.replaceAll('\n', ' ')
  return /^ .* $/.test(line) && /[^ ]/.test(line) ? line.slice(1, -1) : line
}

/** A text that is still being written, without marks at its end that have no meaning yet. */
export function withoutBeginnings(text: string): string {
  const tag = TAG_TO_BE.exec(text)?.index ?? text.length
  return text.slice(0, tag).replace(/(?:[*_~`]|!?\[\^?|\$|\\|&#?[A-Za-z0-9]{0,10})+$/, '')
}
