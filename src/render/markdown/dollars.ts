/** Tells `$x^2$` from prices and shell variables. */
import { isDigit, isLatinOrDigit, isWhitespace } from './characters'
import type { Finding } from './maths'

/** Most line ends inside a formula between single dollars. */
const MOST_LINE_ENDS = 2
const LONGEST = 1000

/** The ending of a word with a formula in it: the n-th. */
const ORDINAL = /^(?:th|st|nd|rd|s)(?![A-Za-z0-9])/
/** A command, a script, a group, or an operator between two operands. */
const TEX = /\\[A-Za-z]|[\^{}]|^_|\w\s*[+*=<>-]\s*\w/
const SHELL_VARIABLE = /^[A-Z][A-Z0-9_]+(?![A-Za-z0-9_])/
/** Two words in a row, or Markdown of another kind. */
const PROSE = /(?<![A-Za-z])[A-Za-z]{2,}[,.;:]?\s+[A-Za-z]{2,}|\*\*|`/
/** A number and a word that joins it to another price. */
const PRICE_IN_PROSE = /^\s*\d[^\n]*\s(?:and|or|to|for|per|a|an)\s/
/** A mark that joins two prices or variables, not two operands. */
const ENDS_IN_JOIN = /.[-/:;,–—~]$/
/** The text behind a dollar that is the sign of a unit or of a shell: `Price ($)`, `($/kg)`, `“$”`, `$(cat file)`. */
const NO_START = /^(?:[)\]”’」』/,;:]|\([a-z]{2,} )/
/** The first character of a formula that continues a word: H$_2$O, 5$\times$3. */
const JOINED_START = /^[\\^_{(A-Za-z0-9]/
/** A price with a space: `$ 5`. */
const SPACED_PRICE = /^ ?[\d.,]*$/

/**
 * `$ … $`, by pandoc's rule (tex_math_dollars) and rules that tell prices and variables apart. @param at index of a
 * single `$`
 */
export function dollarFormula(text: string, at: number): Finding {
  const first = text[at + 1]
  if (first === undefined) return 'open'
  if (first === '\n' || first === '\t') return undefined
  const rest = text.slice(at + 1, at + 1 + LONGEST)
  if (first === '`') return quotedFormula(rest, at + 1)
  const close = closingDollar(rest)
  const content = rest.slice(0, close)
  if (isProse(content) || NO_START.test(content)) return undefined
  if (close === rest.length) return rest.length < LONGEST ? 'open' : undefined
  const joinsBefore = at > 0 && isLatinOrDigit(text[at - 1] ?? '')
  const end = at + 1 + close + 1
  const isFormula = rest[close] === '$' && isFormulaBetween(joinsBefore, content, text.slice(end, end + 4))
  return isFormula ? { tex: content.trim(), display: false, end } : undefined
}

/** ``$`x^2`$``, as GitHub and GitLab write it. @param start index of `rest` in the text */
function quotedFormula(rest: string, start: number): Finding {
  const found = /^`([^`\n]+)`\$/.exec(rest)
  if (found) return { tex: (found[1] ?? '').trim(), display: false, end: start + found[0].length }
  return /^`[^`\n]*`?$/.test(rest) && rest.length < LONGEST ? 'open' : undefined
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
      // a number before a line end is a price
      const isNumber = /^[\d.,\s]*$/.test(text.slice(0, index))
      if (lineEnds > MOST_LINE_ENDS || isNumber || /^\n[ \t]*\n/.test(text.slice(index, index + 80))) return index
    }
  }
  return text.length
}

/** Whether words stand before the first sign of TeX: only then can a text turn out to be prose. */
export function isProse(content: string): boolean {
  const start = content.split(/[\\^_{]/, 1)[0] ?? ''
  return PROSE.test(start) || PRICE_IN_PROSE.test(start)
}

function isFormulaBetween(joinsBefore: boolean, content: string, after: string): boolean {
  const isSpaced = content.startsWith(' ')
  if (isSpaced !== isWhitespace(content.at(-1) ?? '') || ENDS_IN_JOIN.test(content.trim())) return false
  if (isSpaced && (SPACED_PRICE.test(content.trimEnd()) || content.includes('\n') || joinsBefore)) return false
  if (isDigit(after[0] ?? '') && !/^[\\^_]/.test(content)) return false
  const joinsAfter = isLatinOrDigit(after[0] ?? '') && !ORDINAL.test(after)
  const isVariable = SHELL_VARIABLE.test(content) && !content.includes('\\')
  if (joinsBefore || joinsAfter) return TEX.test(content) && !isVariable && JOINED_START.test(content)
  return true
}
