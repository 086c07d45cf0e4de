/** Addresses written without any mark (GitHub Flavored Markdown, section 6.9), in texts where no space separates words. */
import { isLatinOrDigit } from './characters'

export interface Address {
  readonly href: string
  readonly end: number
}

/** Longest address, in UTF-16 units. */
const LONGEST = 2000
/** Not of an address: space, `<`, quotes, CJK characters and full-width punctuation. */
const ADDRESS =
  /[^\s<>"`\u00b7\u2010-\u2027\u2030-\u205e\u3000-\u9fff\ua000-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uffef\u{1f000}-\u{1faff}\u{20000}-\u{3ffff}]+/uy
const DOMAIN = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*/
const MAIL = /[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+/y
const MAIL_NAME = /[A-Za-z0-9.+_-]+$/

/** @param at index of `http://`, `https://` or `www.` @param isInBrackets whether a square bracket before it waits for its end */
export function readAddress(text: string, at: number, isInBrackets: boolean): Address | undefined {
  if (isLatinOrDigit(text[at - 1] ?? '')) return undefined
  ADDRESS.lastIndex = at
  const found = ADDRESS.exec(text)?.[0].slice(0, LONGEST)
  if (found === undefined) return undefined
  // the mark of a footnote or the target of a link is not part of it
  const address = withoutEnding(found.split(isInBrackets ? /\]|\[\^/ : /\]\(|\[\^/, 1)[0] ?? found)
  const scheme = /^https?:\/\//i.exec(address)?.[0] ?? ''
  const domain = DOMAIN.exec(address.slice(scheme.length))?.[0] ?? ''
  if (!isDomain(domain, scheme !== '')) return undefined
  const href = scheme === '' ? `http://${address}` : address
  return URL.canParse(href) ? { href: new URL(href).href, end: at + address.length } : undefined
}

/** The last two parts of a domain have no underscore; an address without a scheme has at least two parts. */
function isDomain(domain: string, hasScheme: boolean): boolean {
  const parts = domain.split('.')
  if (domain === '' || parts.slice(-2).some((part) => part.includes('_'))) return false
  return hasScheme || parts.length > 2
}

/** An address ends neither with a mark of the sentence around it nor with a bracket that was opened before it. */
function withoutEnding(address: string): string {
  let end = address.length
  for (;;) {
    const last = address[end - 1] ?? ''
    if (/[?!.,:*_~'|]/.test(last)) end -= 1
    else if (last === ')' && count(address.slice(0, end), ')') > count(address.slice(0, end), '(')) end -= 1
    else if (last === ']' && count(address.slice(0, end), ']') > count(address.slice(0, end), '[')) end -= 1
    else if (last === ';') end = /&[A-Za-z0-9]+;$/.exec(address.slice(0, end))?.index ?? end - 1
    else return address.slice(0, end)
  }
}

const count = (text: string, character: string): number => text.split(character).length - 1

/**
 * A mail address. @param at index of its `@`
 * @returns its length before the `@`, its target and the index after it
 */
export function readMail(text: string, at: number, from: number): (Address & { start: number }) | undefined {
  const name = MAIL_NAME.exec(text.slice(Math.max(from, at - 64), at))?.[0]
  MAIL.lastIndex = at + 1
  const domain = MAIL.exec(text)?.[0]
  if (name === undefined || domain === undefined || /[-_]$/.test(domain)) return undefined
  return { href: `mailto:${name}@${domain}`, start: at - name.length, end: at + 1 + domain.length }
}
