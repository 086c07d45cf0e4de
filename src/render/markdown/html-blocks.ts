/** Blocks of HTML (CommonMark 0.31.2, section 4.6): they are shown as their own text. */
import { OWN_TAG, TAG_ALONE } from './html-tags'

const NAMES =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[123456]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|table|tbody|td|tfoot|th|thead|title|tr|track|ul'

/** How each kind begins, and the line that ends it; without one a blank line does. */
const KINDS: readonly { readonly start: RegExp; readonly end?: RegExp }[] = [
  { start: /^<(?:script|pre|textarea|style)(?:\s|>|$)/i, end: /<\/(?:script|pre|textarea|style)>/i },
  { start: /^<!--/, end: /-->/ },
  { start: /^<[?]/, end: /\?>/ },
  { start: /^<![A-Za-z]/, end: />/ },
  { start: /^<!\[CDATA\[/, end: /\]\]>/ },
  { start: new RegExp(`^</?(?:${NAMES})(?:\\s|/?>|$)`, 'i') },
]

export interface HtmlBlockKind {
  /** Undefined if a blank line ends the block. */
  readonly end: RegExp | undefined
}

/** @param line without its indentation @param inParagraph whether the line could continue a paragraph */
export function htmlBlockKind(line: string, inParagraph: boolean): HtmlBlockKind | undefined {
  if (!line.startsWith('<') || OWN_TAG.test(line)) return undefined
  const kind = KINDS.find(({ start }) => start.test(line))
  if (kind) return { end: kind.end }
  return !inParagraph && TAG_ALONE.test(line) ? { end: undefined } : undefined
}
