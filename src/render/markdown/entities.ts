import { isEscapable } from './characters'
import { namedCharacters } from './entity-names'

const ENTITY = /&(?:#[xX]([0-9a-fA-F]{1,6})|#(\d{1,7})|([A-Za-z][A-Za-z0-9]{1,31}));/y
const REPLACEMENT = '\ufffd'

/** A character reference (CommonMark 0.31.2, section 2.5) @param at index of an ampersand @returns its characters and the index after it */
export function readEntity(text: string, at: number): { text: string; end: number } | undefined {
  ENTITY.lastIndex = at
  const match = ENTITY.exec(text)
  if (!match) return undefined
  const [whole, hexadecimal, decimal, name] = match
  const decoded = name === undefined ? fromNumber(hexadecimal, decimal) : namedCharacters(name)
  return decoded === undefined ? undefined : { text: decoded, end: at + whole.length }
}

function fromNumber(hexadecimal: string | undefined, decimal: string | undefined): string {
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : REPLACEMENT
}

/** Without backslashes that escape, and with references as the characters that they are. */
export function unescapeText(text: string): string {
  if (!/[\\&]/.test(text)) return text
  let result = ''
  for (let index = 0; index < text.length; index += 1) {
    const entity = text[index] === '&' ? readEntity(text, index) : undefined
    if (entity) {
      result += entity.text
      index = entity.end - 1
    } else {
      if (text[index] === '\\' && isEscapable(text[index + 1] ?? '')) index += 1
      result += text[index] ?? ''
    }
  }
  return result
}
