/**
 * Runs of `*`, `_` and `~` (CommonMark 0.31.2, section 6.2), with the CJK-friendly amendment
 * (github.com/tats-u/markdown-cjk-friendly) and rules of ours that docs/markdown.md explains.
 */
import type { WrapKind } from '../blocks'
import { characterAt, characterBefore, isCjk, isDigit, isLatinOrDigit, isPunctuation, isWhitespace } from './characters'

/** A run of one character that may begin or end emphasis. */
export interface Delimiter {
  readonly type: 'delimiter'
  readonly character: string
  readonly at: number
  readonly canOpen: boolean
  readonly canClose: boolean
  /** As written; the rule of three asks for it. */
  readonly written: number
  /** Characters that no element uses yet. */
  left: number
  /** The kinds that it closes and then opens, the innermost first. */
  readonly closes: WrapKind[]
  readonly opens: WrapKind[]
}

/** The longest part of a clause that is examined, in UTF-16 units. */
const LONGEST_CLAUSE = 60
const CLAUSE_END = /[\n，。；！？,;!?]/

/** After these marks something begins, so nothing can end. */
const OPENING_PUNCTUATION = /[\p{Ps}\p{Pi}¥€£\\]/u

/** @param at index of a run's first character @param before the character before the text */
export function readDelimiter(text: string, at: number, before: string): Delimiter {
  const character = text[at] ?? ''
  let end = at + 1
  while (text[end] === character) end += 1
  const length = end - at
  const previous = at === 0 ? before : characterBefore(text, at)
  const next = characterAt(text, end)
  const { left, right } = flanking(previous, next)
  const result = { type: 'delimiter' as const, character, at, written: length, left: length, closes: [], opens: [] }
  if (character === '~') return { ...result, canOpen: left && length === 2, canClose: right && length === 2 }
  if (character === '_')
    return {
      ...result,
      canOpen: left && (!right || isPunctuation(previous)),
      canClose: right && (!left || isPunctuation(next)),
    }
  if (isOperator(length, previous, next) || (length === 1 && isInEquation(text, at, previous, next)))
    return { ...result, canOpen: false, canClose: false }
  return { ...result, canOpen: left, canClose: right || endsBeforeWord(length, previous, next) }
}

function flanking(previous: string, next: string): { left: boolean; right: boolean } {
  const marksBefore = isPunctuation(previous) && !isCjk(previous)
  const marksAfter = isPunctuation(next) && !isCjk(next)
  return {
    left: !isWhitespace(next) && (!marksAfter || isWhitespace(previous) || marksBefore || isCjk(previous)),
    right: !isWhitespace(previous) && (!marksBefore || isWhitespace(next) || marksAfter || isCjk(next)),
  }
}

/** Whether a run stands between two operands, as in `2*3*4`, `a*b` or `2**10`. Letters of a word may be set bold: `straw**b**erry`. */
function isOperator(length: number, previous: string, next: string): boolean {
  const operandBefore = isOperand(previous) || /^[)\]）]$/.test(previous)
  const operandAfter = isOperand(next) || /^[([（]$/.test(next)
  if (!operandBefore || !operandAfter) return false
  return length === 1 || (length === 2 && (isDigit(previous) || isDigit(next) || (previous === ')' && next === '(')))
}

/** A letter or digit of a script with spaces: Chinese stresses single characters of a word. */
const isOperand = (character: string): boolean => /^[\p{L}\p{N}]/u.test(character) && !isCjk(character)

/** `面积=长*宽`: between Chinese words the clause tells, by a sign of calculation. */
function isInEquation(text: string, at: number, previous: string, next: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(previous) || !/[\p{L}\p{N}]/u.test(next)) return false
  const before =
    text
      .slice(Math.max(0, at - LONGEST_CLAUSE), at)
      .split(CLAUSE_END)
      .at(-1) ?? ''
  return /[=＝+×÷]/.test(before)
}

/** `**Step 1:**Compute`: a model that leaves out the space means the end all the same. */
function endsBeforeWord(length: number, previous: string, next: string): boolean {
  return length === 2 && isPunctuation(previous) && !OPENING_PUNCTUATION.test(previous) && isLatinOrDigit(next)
}

/**
 * Finds matching runs in the order of the text.
 * @returns the runs that are still open, the outermost first
 */
export function matchDelimiters(delimiters: readonly Delimiter[]): Delimiter[] {
  const open: Delimiter[] = []
  /** Below this index in the text no run opens what a closer of this sort needs. */
  const bottoms = new Map<string, number>()
  for (const closer of delimiters) {
    while (closer.canClose && closer.left > 0) {
      const sort = `${closer.character}${closer.canOpen ? 'o' : ''}${String(closer.written % 3)}`
      const bottom = bottoms.get(sort) ?? -1
      const index = open.findLastIndex((opener) => opener.at < bottom || fits(opener, closer))
      const opener = index === -1 ? undefined : open[index]
      if (!opener || opener.at < bottom) {
        bottoms.set(sort, closer.at)
        break
      }
      join(opener, closer)
      open.length = opener.left > 0 ? index + 1 : index
    }
    if (closer.canOpen && closer.left > 0) open.push(closer)
  }
  return open
}

function fits(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.character !== closer.character) return false
  // The rule of three: `*foo**bar*` is one emphasis.
  const isAmbiguous = opener.canClose || closer.canOpen
  const breaksRule = isAmbiguous && (opener.written + closer.written) % 3 === 0 && closer.written % 3 !== 0
  return !breaksRule || opener.character === '~'
}

function join(opener: Delimiter, closer: Delimiter): void {
  const length = opener.left >= 2 && closer.left >= 2 ? 2 : 1
  const kind = kindOf(opener.character, length)
  opener.left -= length
  closer.left -= length
  opener.opens.push(kind)
  closer.closes.push(kind)
}

function kindOf(character: string, length: number): WrapKind {
  if (character === '~') return 'strike'
  return length === 2 ? 'strong' : 'emphasis'
}

/** Treats a run as closed while a reply is being written. @returns the kinds to close, the innermost first */
export function openToTheEnd(opener: Delimiter): WrapKind[] {
  const kinds: WrapKind[] = []
  while (opener.left > 0) {
    const length = Math.min(opener.left, 2)
    kinds.push(kindOf(opener.character, length))
    opener.left -= length
  }
  opener.opens.push(...kinds)
  return kinds
}
