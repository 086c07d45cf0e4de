/** Classes of characters that CommonMark (0.31.2, section 2.1) and the CJK-friendly amendment to it speak of. */

const WHITESPACE = /[\s\p{Zs}]/u
const PUNCTUATION = /[\p{P}\p{S}]/u
const LATIN_OR_DIGIT = /[A-Za-z0-9]/

/** Characters whose East Asian Width is wide, full or half (UAX #11), emoji apart. */
const CJK =
  /[\u1100-\u11ff\u20a9\u2329\u232a\u2e80-\u2fdf\u2ff0-\u303e\u3040-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uffee\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u

const VARIATION_SELECTOR = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u
const EMOJI_SELECTOR = '\ufe0f'
const WIDE_QUOTE_SELECTOR = '\ufe01'

/** The end of a text counts as whitespace. */
export const isWhitespace = (character: string): boolean => character === '' || WHITESPACE.test(character)
export const isPunctuation = (character: string): boolean => PUNCTUATION.test(character)
export const isLatinOrDigit = (character: string): boolean => LATIN_OR_DIGIT.test(character)
export const isDigit = (character: string): boolean => character >= '0' && character <= '9'

/** @param character one code point, followed by its variation selector if it has one */
export function isCjk(character: string): boolean {
  if (character.endsWith(EMOJI_SELECTOR)) return false
  return CJK.test(character) || (character.endsWith(WIDE_QUOTE_SELECTOR) && /^[‘’“”]/.test(character))
}

/** The code point before an index, with its variation selector if there is one; empty at the start of a text. */
export function characterBefore(text: string, index: number): string {
  const last = codePointBefore(text, index)
  if (!VARIATION_SELECTOR.test(last)) return last
  return codePointBefore(text, index - last.length) + last
}

/** The code point at an index, with its variation selector if there is one; empty at the end of a text. */
export function characterAt(text: string, index: number): string {
  const code = text.codePointAt(index)
  if (code === undefined) return ''
  const character = String.fromCodePoint(code)
  const next = text.codePointAt(index + character.length)
  const selector = next === undefined ? '' : String.fromCodePoint(next)
  return VARIATION_SELECTOR.test(selector) ? character + selector : character
}

function codePointBefore(text: string, index: number): string {
  if (index <= 0) return ''
  const unit = text.charCodeAt(index - 1)
  const isLowSurrogate = unit >= 0xdc00 && unit <= 0xdfff
  return isLowSurrogate && index > 1 ? text.slice(index - 2, index) : text.slice(index - 1, index)
}

/** ASCII punctuation: what a backslash can escape. */
export const isEscapable = (character: string): boolean => /^[!-/:-@[-`{-~]$/.test(character)
