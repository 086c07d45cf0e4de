import { findFormula, LONGEST_DISPLAY } from './maths'

/** Formulas that are looked for on a line; each may cost a look at thousands of characters. */
const MOST_TRIES = 100

/**
 * How many lines after a line belong to formulas that begin on it, so that they are no list, heading or fence.
 * @param start index of the line @param end index of its line end
 * @param isClosed whether the text will not grow
 * @returns their number; `open` where more text may change it
 */
export function formulaLines(text: string, start: number, end: number, isClosed: boolean): number | 'open' {
  if (!/[$\\]/.test(text.slice(start, end))) return 0
  let lineEnd = end
  let lines = 0
  let tries = 0
  for (let index = start; index < lineEnd; index += 1) {
    const character = text[index]
    if (character === '`') index = afterCode(text, index, lineEnd) - 1
    else if (character === '$' || character === '\\') {
      tries += 1
      const found = tries > MOST_TRIES ? undefined : findFormula(text, index)
      if (found === 'open' && !isClosed) return 'open'
      if (found && found !== 'open') {
        lines += text.slice(lineEnd, found.end).split('\n').length - 1
        const next = text.indexOf('\n', Math.max(found.end, lineEnd))
        if (found.end > lineEnd) {
          if (next === -1 && !isClosed) return 'open'
          lineEnd = next === -1 ? text.length : next
        }
        index = found.end - 1
        if (index - start > LONGEST_DISPLAY) return lines
      } else index += character === '\\' || text[index + 1] === '$' ? 1 : 0
    }
  }
  return lines
}

/** Index after a span of code, or after its marks where it does not end on the line. */
function afterCode(text: string, at: number, lineEnd: number): number {
  const marks = /^`+/.exec(text.slice(at, lineEnd))?.[0] ?? ''
  const rest = text.slice(at + marks.length, lineEnd)
  const end = rest.search(new RegExp(`(?<!\`)${marks}(?!\`)`))
  return at + marks.length + (end === -1 ? 0 : end + marks.length)
}
