/**
 * Finds formulas in a text before Markdown reads it, so that nothing in them is an escape, a list or emphasis.
 *
 * Every finder is monotone: text that is no formula (`undefined`) never becomes one through later text, so a growing
 * text never turns settled words into a formula.
 */
import { dollarFormula, isProse } from './dollars'

interface FoundFormula {
  /** TeX without its delimiters. */
  readonly tex: string
  readonly display: boolean
  /** Index after the closing delimiter. */
  readonly end: number
}

/** `open`: a formula has begun here and may yet be closed. */
export type Finding = FoundFormula | 'open' | undefined

/** Longest formula, in UTF-16 units: published replies have up to about a thousand; beyond this an opener is text. */
export const LONGEST_DISPLAY = 8000
const LONGEST_INLINE = 2000
/** Dollars that a formula may stand between. */
const MOST_DOLLARS = 8

/** Environments that stand for a formula of their own (amsmath and LaTeX's array family). */
const ENVIRONMENTS =
  /^(?:(?:equation|align|aligned|alignat|alignedat|flalign|gather|gathered|multline|eqnarray|split|[pbvBV]?matrix|smallmatrix|array|subarray|cases|[dr]cases|darray|CD|math|displaymath)\*?)$/

const BLANK_LINE = /\n[ \t]*\n/
/** The end of a formula that was not closed: a fence, or a heading after a blank line. */
const FOREIGN_LINE = /\n(?: {0,3}(?:```|~~~)|[ \t]*\n {0,3}#{1,6} )/

/** @param at index of a `$` or of a backslash that is not itself escaped */
export function findFormula(text: string, at: number): Finding {
  if (text[at] === '$') return text[at + 1] === '$' ? displayDollars(text, at) : dollarFormula(text, at)
  const next = text[at + 1]
  if (next === '(') return bracketFormula(text, at, ')', LONGEST_INLINE)
  if (next === '[') return bracketFormula(text, at, ']', LONGEST_DISPLAY)
  if (next === 'b') return text.startsWith('\\begin{', at) ? environment(text, at) : boxed(text, at)
  return undefined
}

const CLOSERS: Readonly<Record<string, string>> = { '(': '\\)', '[': '\\]', b: '}' }

/**
 * Whether the closing mark for the opener at an index stands anywhere after it. Must be cheap, because every opener
 * asks.
 */
export function mayClose(text: string, at: number): boolean {
  const closer = text[at] === '$' ? '$' : CLOSERS[text[at + 1] ?? '']
  return closer !== undefined && text.includes(closer, at + 2)
}

/** `\( … \)` and `\[ … \]`. */
function bracketFormula(text: string, at: number, close: ')' | ']', longest: number): Finding {
  const open = close === ')' ? '(' : '['
  const isInline = close === ')'
  const start = at + 2
  const limit = Math.min(text.length, start + longest)
  let depth = 0
  let nested = 0
  for (let index = start; index < limit; index += 1) {
    const character = text[index]
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    else if (character === '\n' && endsFormula(text, index, isInline)) return undefined
    if (character !== '\\') continue
    index += 1
    const escaped = text[index]
    // only a box of text, as in \text{if \(x\)}, can contain another one: otherwise this one was cut off
    if ((escaped === '(' || escaped === '[') && depth <= 0) return undefined
    if (escaped === open) nested += 1
    if (escaped !== close || index >= limit) continue
    if (nested === 0) return formula(text.slice(start, index - 1), !isInline, index + 1)
    nested -= 1
  }
  return limit < start + longest ? 'open' : undefined
}

/** Whether no formula goes on after a line end. */
function endsFormula(text: string, lineEnd: number, endsAtBlankLine: boolean): boolean {
  const next = text.slice(lineEnd, lineEnd + 80)
  return FOREIGN_LINE.exec(next)?.index === 0 || (endsAtBlankLine && BLANK_LINE.exec(next)?.index === 0)
}

/** `$$ … $$`, or more dollars on either side; at the start of a line it may hold blank lines. */
function displayDollars(text: string, at: number): Finding {
  const marks = /^\$+/.exec(text.slice(at, at + MOST_DOLLARS))?.[0] ?? ''
  const startsLine = text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === ''
  const start = at + marks.length
  if (marks.length > 2 && !startsLine) return undefined
  const window = formulaWindow(text, start, LONGEST_DISPLAY, !startsLine)
  let depth = 0
  for (let index = 0; index < window.text.length; index += 1) {
    const character = window.text[index]
    if (character === '\\') index += 1
    else if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    else if (character === '$' && depth <= 0) {
      const end = index + marks.length
      if (window.text.startsWith(marks, index)) return formula(window.text.slice(0, index), true, start + end)
      if (end <= window.text.length) return undefined
    }
    if (!startsLine && character === ' ' && isProse(window.text.slice(0, index))) return undefined
  }
  return window.isWhole ? undefined : 'open'
}

/** `\begin{align} … \end{align}`; the formula is all of it. */
function environment(text: string, at: number): Finding {
  const brace = text.indexOf('}', at)
  if (brace === -1) return /^\\begin\{[A-Za-z]{0,16}\*?$/.test(text.slice(at)) ? 'open' : undefined
  const name = text.slice(at + '\\begin{'.length, brace)
  if (!ENVIRONMENTS.test(name)) return undefined
  const window = formulaWindow(text, at, LONGEST_DISPLAY, false)
  const marks = new RegExp(`\\\\(begin|end)\\{${name.replace('*', '\\*')}\\}`, 'g')
  let depth = 0
  for (const mark of window.text.matchAll(marks)) {
    depth += mark[1] === 'begin' ? 1 : -1
    if (depth > 0) continue
    const end = mark.index + mark[0].length
    return formula(window.text.slice(0, end), true, at + end)
  }
  return window.isWhole ? undefined : 'open'
}

/** `\boxed{…}` outside any formula: R1's model card asks for it, and R1 often writes it bare. */
function boxed(text: string, at: number): Finding {
  const head = '\\boxed'
  if (!text.startsWith(head, at))
    return [head, '\\begin{'].some((name) => isCutOff(text, at, name)) ? 'open' : undefined
  const brace = at + head.length
  if (brace >= text.length) return 'open'
  if (text[brace] !== '{') return undefined
  const window = formulaWindow(text, brace, LONGEST_INLINE, true)
  let depth = 0
  for (let index = 0; index < window.text.length; index += 1) {
    const character = window.text[index]
    if (character === '\\') index += 1
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth > 0) continue
      if (window.text.slice(1, index).trim() === '') return undefined
      const end = brace + index + 1
      return formula(text.slice(at, end), isAlone(text, at, end), end)
    }
  }
  return window.isWhole ? undefined : 'open'
}

/** Whether the text ends within a name that may begin at an index. */
const isCutOff = (text: string, at: number, name: string): boolean =>
  text.length - at < name.length && name.startsWith(text.slice(at))

/** Whether the rest of its line is empty. */
function isAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  const lineEnd = text.indexOf('\n', end)
  return before.trim() === '' && text.slice(end, lineEnd === -1 ? undefined : lineEnd).trim() === ''
}

/** The text that a formula at an index may extend over; `isWhole` if no later text belongs to it. */
function formulaWindow(
  text: string,
  from: number,
  longest: number,
  endsAtBlankLine: boolean,
): { text: string; isWhole: boolean } {
  const rest = text.slice(from, from + longest)
  const ends = [FOREIGN_LINE.exec(rest)?.index, endsAtBlankLine ? BLANK_LINE.exec(rest)?.index : undefined]
  const end = Math.min(...ends.map((index) => index ?? Infinity))
  if (end !== Infinity) return { text: rest.slice(0, end), isWhole: true }
  return { text: rest, isWhole: rest.length === longest }
}

function formula(content: string, display: boolean, end: number): FoundFormula | undefined {
  const tex = content.trim()
  return /[^\\\s]/.test(tex) ? { tex, display, end } : undefined
}

/**
 * Whether an unclosed `\(` or `\[` was the beginning of a formula, so that its backslash is shown: a reply was cut
 * there. Other such openers are escapes of Markdown.
 */
export function looksLikeTex(text: string, at: number): boolean {
  const end = text.indexOf('\n\n', at)
  return /\\[A-Za-z]|(?<!\\)[\^_=]/.test(text.slice(at + 2, Math.min(end === -1 ? Infinity : end, at + 200)))
}
