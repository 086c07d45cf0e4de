import { termsIn, type Term } from './terms'

/** A piece of a snippet. */
export interface SnippetPart {
  readonly text: string
  readonly marked: boolean
}

/** How much is shown before the first match, and in all, in UTF-16 units. */
const BEFORE = 40
const LENGTH = 180
/** A text is searched up to here. */
const LOOKED_THROUGH = 200_000

/** The part of a text around the first of these terms, on one line, with every match in it marked. */
export function snippetOf(text: string, terms: ReadonlySet<string>): SnippetPart[] {
  const looked = text.slice(0, LOOKED_THROUGH)
  const first = firstMatch(looked, terms)
  const from = startOf(looked, first?.start ?? 0)
  const to = endOf(text, from + LENGTH)
  const marks: Term[] = []
  for (const found of termsIn(text.slice(from, to))) if (terms.has(found.term)) marks.push(found)
  const parts: SnippetPart[] = from > 0 ? [{ text: '…', marked: false }] : []
  let at = from
  const push = (end: number, marked: boolean) => {
    if (end > at) parts.push({ text: text.slice(at, end).replaceAll(/\s+/gu, ' '), marked })
    at = Math.max(at, end)
  }
  for (const { start, end } of marks) {
    push(from + start, false)
    push(from + end, true)
  }
  push(to, false)
  if (to < text.length) parts.push({ text: '…', marked: false })
  return joined(parts)
}

function firstMatch(text: string, terms: ReadonlySet<string>): Term | undefined {
  for (const found of termsIn(text)) if (terms.has(found.term)) return found
  return undefined
}

/** A little before a match, at the beginning of a word if one is near. */
function startOf(text: string, match: number): number {
  if (match <= BEFORE) return 0
  const from = match - BEFORE
  const space = text.slice(from, match).search(/\s/u)
  return space === -1 ? whole(text, from) : from + space + 1
}

const endOf = (text: string, to: number) => (to >= text.length ? text.length : whole(text, to))

/** Not between the halves of a character. */
const whole = (text: string, at: number) => (/[\uDC00-\uDFFF]/u.test(text.charAt(at)) ? at - 1 : at)

/** Neighbours with the same mark are joined, because pairs of characters overlap. */
function joined(parts: readonly SnippetPart[]): SnippetPart[] {
  const result: SnippetPart[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (last?.marked === part.marked) result[result.length - 1] = { text: last.text + part.text, marked: part.marked }
    else result.push(part)
  }
  return result
}
