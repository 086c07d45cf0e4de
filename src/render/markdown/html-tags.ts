/** HTML in a line of text (CommonMark 0.31.2, section 6.6). A few tags become our kinds; all other tags are text. */
import type { WrapKind } from '../blocks'

const ATTRIBUTE = `\\s+[A-Za-z_:][\\w.:-]*(?:\\s*=\\s*(?:[^"'=<>\`\\s]+|'[^']*'|"[^"]*"))?`
const OPEN_TAG = `<[A-Za-z][A-Za-z0-9-]*(?:${ATTRIBUTE})*\\s*/?>`
const CLOSE_TAG = `</[A-Za-z][A-Za-z0-9-]*\\s*>`
const OTHER = `<!---?>|<!--[\\s\\S]*?-->|<\\?[\\s\\S]*?\\?>|<![A-Za-z][^>]*>|<!\\[CDATA\\[[\\s\\S]*?\\]\\]>`
const HTML = new RegExp(`${OPEN_TAG}|${CLOSE_TAG}|${OTHER}`, 'y')
const OWN = /<(\/?)(br|sub|sup|kbd|b|strong|i|em|s|del)\s*\/?>/iy
const AUTOLINK = /<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^\s<>]*)>/y
const MAIL_AUTOLINK =
  /<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)>/y

/** Longest tag that is looked for, in UTF-16 units. */
export const LONGEST_TAG = 500

const KINDS: Readonly<Record<string, WrapKind>> = {
  sub: 'subscript',
  sup: 'superscript',
  kbd: 'key',
  b: 'strong',
  strong: 'strong',
  i: 'emphasis',
  em: 'emphasis',
  s: 'strike',
  del: 'strike',
}

export type HtmlTag =
  | { readonly type: 'break'; readonly end: number }
  | { readonly type: 'open' | 'close'; readonly kind: WrapKind; readonly end: number }
  | { readonly type: 'address'; readonly text: string; readonly href: string; readonly end: number }
  | { readonly type: 'text'; readonly end: number }

/** @param at index of a `<` */
export function readTag(whole: string, at: number): HtmlTag | undefined {
  const text = whole.slice(at, at + LONGEST_TAG)
  const own = match(OWN, text)
  if (own) {
    const end = at + own[0].length
    const name = own[2]?.toLowerCase() ?? ''
    const kind = KINDS[name]
    if (kind === undefined) return { type: 'break', end }
    return { type: own[1] === '/' ? 'close' : 'open', kind, end }
  }
  const address = match(AUTOLINK, text)
  if (address) return { type: 'address', text: address[1] ?? '', href: address[1] ?? '', end: at + address[0].length }
  const mail = match(MAIL_AUTOLINK, text)
  if (mail) return { type: 'address', text: mail[1] ?? '', href: `mailto:${mail[1] ?? ''}`, end: at + mail[0].length }
  const html = match(HTML, text)
  return html ? { type: 'text', end: at + html[0].length } : undefined
}

function match(pattern: RegExp, text: string): RegExpExecArray | null {
  pattern.lastIndex = 0
  return pattern.exec(text)
}

/** The end of a text that may be the beginning of one of our tags. */
export const TAG_TO_BE =
  /<\/?(?:b|br|s|su|sub|sup|k|kb|kbd|i|e|em|st|str|stro|stron|strong|d|de|del|de|det|deta|detai|detail|details|sum|summ|summa|summar|summary)?\s?\/?$/i

/** A block of HTML consists of a tag alone on its line (section 4.6, condition 7); our tags do not begin one. */
export const TAG_ALONE = new RegExp(`^(?:${OPEN_TAG}|${CLOSE_TAG})\\s*$`)
export const OWN_TAG = /^<\/?(?:br|sub|sup|kbd|b|strong|i|em|s|del|details|summary)\s*\/?>/i
