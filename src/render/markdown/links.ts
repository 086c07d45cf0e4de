/** Destinations, titles and labels of links (CommonMark 0.31.2, sections 4.7 and 6.3). */
import { unescapeText } from './entities'

/** Longest label (section 4.7). */
const LONGEST_LABEL = 999
/** Longest tail of an inline link that is examined, in UTF-16 units. */
const LONGEST_TAIL = 2000

export interface LinkTail {
  readonly destination: string
  /** Index after the closing bracket. */
  readonly end: number
}

/**
 * `(destination "title")` @param at index of the opening bracket @returns `open` if the text ends before the tail does
 */
export function readLinkTail(text: string, at: number): LinkTail | 'open' | undefined {
  const limit = Math.min(text.length, at + LONGEST_TAIL)
  const opened = limit === text.length ? 'open' : undefined
  let index = skipSpace(text, at + 1)
  if (index >= limit) return opened
  if (text[index] === ')') return { destination: '', end: index + 1 }
  const destination = readDestination(text, index, limit)
  if (destination === 'open') return opened
  if (destination === undefined) return undefined
  const beforeTitle = destination.end
  index = skipSpace(text, beforeTitle)
  if (index >= limit) return opened
  if (index > beforeTitle && text[index] !== ')') {
    const end = titleEnd(text, index, limit)
    if (end === 'open') return opened
    if (end === undefined) return undefined
    index = skipSpace(text, end)
    if (index >= limit) return opened
  }
  return text[index] === ')' ? { destination: destination.text, end: index + 1 } : undefined
}

/** A destination in angle brackets or without spaces. @param limit index that it must end before */
export function readDestination(
  text: string,
  at: number,
  limit = text.length,
): { text: string; end: number } | 'open' | undefined {
  if (text[at] === '<') {
    for (let index = at + 1; index < limit; index += 1) {
      const character = text[index]
      if (character === '\\') index += 1
      else if (character === '>') return { text: unescapeText(text.slice(at + 1, index)), end: index + 1 }
      else if (character === '<' || character === '\n') return undefined
    }
    return 'open'
  }
  let depth = 0
  let index = at
  for (; index < limit; index += 1) {
    const character = text[index] ?? ''
    if (character === '\\' && /[!-/:-@[-`{-~]/.test(text[index + 1] ?? '')) index += 1
    else if (character === '(') depth += 1
    else if (character === ')') {
      if (depth === 0) break
      depth -= 1
    } else if (character <= ' ' || character === '\u007f') break
  }
  if (index >= limit) return limit === text.length && depth === 0 && index > at ? atEnd(text, at) : 'open'
  return depth === 0 && index > at ? { text: unescapeText(text.slice(at, index)), end: index } : undefined
}

const atEnd = (text: string, at: number) => ({ text: unescapeText(text.slice(at)), end: text.length })

/** @returns index after a title in quotes or brackets; `open` if it does not end */
export function titleEnd(text: string, at: number, limit = text.length): number | 'open' | undefined {
  const open = text[at] ?? ''
  if (open === '' || !`"'(`.includes(open)) return undefined
  const close = open === '(' ? ')' : open
  for (let index = at + 1; index < limit; index += 1) {
    if (text[index] === '\\') index += 1
    else if (text[index] === close) return index + 1
    else if (text[index] === open || /^\n[ \t]*\n/.test(text.slice(index, index + 80))) return undefined
  }
  return 'open'
}

/** A label in square brackets. @param at index of the opening bracket @returns its text, and the index after it */
export function readLabel(text: string, at: number): { label: string; end: number } | undefined {
  if (text[at] !== '[') return undefined
  const limit = Math.min(text.length, at + LONGEST_LABEL + 2)
  for (let index = at + 1; index < limit; index += 1) {
    const character = text[index]
    if (character === '\\') index += 1
    else if (character === '[') return undefined
    else if (character === ']') {
      const label = text.slice(at + 1, index)
      return label.trim() === '' ? undefined : { label, end: index + 1 }
    }
  }
  return undefined
}

/** Labels are equal whatever their case and spaces. */
export function normalLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase()
}

/** Index of the next character that is no space; at most one line end is passed. */
export function skipSpace(text: string, at: number): number {
  let index = at
  let lineEnds = 0
  for (; index < text.length; index += 1) {
    const character = text[index]
    if (character === '\n') {
      lineEnds += 1
      if (lineEnds > 1) break
    } else if (character !== ' ' && character !== '\t') break
  }
  return index
}

/** Addresses that a link of a reply may have; all others (javascript:, data:, relative ones) stay text. */
export function safeHref(destination: string): string | undefined {
  const url = URL.canParse(destination) ? new URL(destination) : undefined
  return url && ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined
}
