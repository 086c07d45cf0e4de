/** Tells `$x^2$` from prices and shell variables. */
import { isDigit, isLatinOrDigit, isWhitespace } from './characters'
import type { Finding } from './maths'

/** Line ends that a formula between single dollars may contain. */
const MOST_LINE_ENDS = 2
const LONGEST = 1000

/** What follows a formula as part of a word: the n-th. */
const ORDINAL = /^(?:th|st|nd|rd|s)(?![A-Za-z0-9])/
/** A command, a script, a group, or an operator between two operands. */
const TEX = /\\[A-Za-z]|[\^{}]|\w\s*[+*=<>-]\s*\w/
const SHELL_VARIABLE = /^[A-Z][A-Z0-9_]+(?![A-Za-z0-9_])/
/** Two words in a row, a word that joins two prices, or Markdown of another kind. */
const PROSE = /(?<![A-Za-z])[A-Za-z]{2,}[,.;:]?\s+[A-Za-z]{2,}|\s(?:and|or|to|for|per|a|an)\s|\*\*|`/
/** What joins two prices or variables, not two operands. */
const ENDS_IN_JOIN = /[-/:,–—~]$/

/** `$ … $`, by pandoc's rule (tex_math_dollars) and what tells prices and variables apart. @param at index of a single `$` */
export function dollarFormula(text: string, at: number): Finding {
  const first = text[at + 1]
  if (first === undefined) return 'open'
  if (isWhitespace(first)) return undefined
  const rest = text.slice(at + 1, at + 1 + LONGEST)
  const close = closingDollar(rest)
  const content = rest.slice(0, close)
  if (PROSE.test(beforeTex(content))) return undefined
  if (close === rest.length) return rest.length < LONGEST ? 'open' : undefined
  const joinsBefore = at > 0 && isLatinOrDigit(text[at - 1] ?? '')
  const end = at + 1 + close + 1
  const isFormula = rest[close] === '$' && isFormulaBetween(joinsBefore, content, text.slice(end, end + 4))
  return isFormula ? { tex: content.trim(), display: false, end } : undefined
}

/** Index of the next dollar outside braces, or of a line end that no such formula contains, or the text's length. */
function closingDollar(text: string): number {
  let depth = 0
  let lineEnds = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '\\') index += 1
    else if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    else if (character === '$' && depth <= 0) return index
    else if (character === '\n') {
      lineEnds += 1
      if (lineEnds > MOST_LINE_ENDS || /^\n[ \t]*\n/.test(text.slice(index, index + 80))) return index
    }
  }
  return text.length
}

/** What stands before the first sign of TeX: only there can a text turn out to be prose. */
const beforeTex = (content: string): string => content.split(/[\\^_{]/, 1)[0] ?? ''

function isFormulaBetween(joinsBefore: boolean, content: string, after: string): boolean {
  if (isWhitespace(content.at(-1) ?? '') || isDigit(after[0] ?? '') || ENDS_IN_JOIN.test(content)) return false
  const joinsAfter = isLatinOrDigit(after[0] ?? '') && !ORDINAL.test(after)
  const isVariable = SHELL_VARIABLE.test(content) && !content.includes('\\')
  if (joinsBefore || joinsAfter) return TEX.test(content) && !isVariable
  return true
}
