import { findFormula, LONGEST_DISPLAY } from './maths'

/** A formula or a span of code in a line; `open` where a formula begins that more text may close. */
interface Span {
  readonly start: number
  readonly end: number | 'open'
}

/** The parts of a text, from an index outside of them on, that must not be read as Markdown. */
function* spans(text: string, start: number): Generator<Span> {
  for (let index = start; index < text.length; index += 1) {
    const character = text[index]
    if (character === '`') {
      const end = afterCode(text, index)
      yield { start: index, end }
      index = end - 1
    } else if (character === '$' || character === '\\') {
      const found = findFormula(text, index)
      if (found === 'open') yield { start: index, end: 'open' }
      if (found && found !== 'open') {
        yield { start: index, end: found.end }
        index = found.end - 1
      } else index += character === '\\' || text[index + 1] === '$' ? 1 : 0
    } else if (character === '\n') yield { start: index, end: index + 1 }
  }
}

/**
 * How many lines after a line belong to formulas that begin on it, so that they are no list, heading or fence.
 * @param start index of the line, or of the part of it that is not read @param end index of its line end
 * @param isClosed whether the text will not grow
 * @returns their number; `open` if more text may change it
 */
export function formulaLines(text: string, start: number, end: number, isClosed: boolean): number | 'open' {
  if (!/[$\\]/.test(text.slice(start, end))) return 0
  let lines = 0
  let lineEnd = end
  for (const span of spans(text, start)) {
    if (span.start >= lineEnd || span.start - start > LONGEST_DISPLAY * 2) return lines
    if (span.end === 'open') {
      if (!isClosed) return 'open'
    } else if (span.end > lineEnd) {
      lines += text.slice(lineEnd, span.end).split('\n').length - 1
      const next = text.indexOf('\n', span.end)
      if (next === -1 && !isClosed) return 'open'
      lineEnd = next === -1 ? text.length : next
    }
  }
  return lines
}

/**
 * The index up to which a growing line may be read.
 * @param start index of the unread text @param end index that it should be read up to
 * @returns an index outside formulas; `start` if a formula begins there that more text may close
 */
export function endOutsideFormulas(text: string, start: number, end: number): number {
  if (!/[$\\`]/.test(text.slice(start))) return end
  let outside = end
  for (const span of spans(text, start)) {
    if (span.end === 'open') return start
    if (span.start < end && span.end > end) outside = span.start
  }
  return outside
}

/** Index after a span of code, or after its marks if it does not end on the line. */
function afterCode(text: string, at: number): number {
  const lineEnd = text.indexOf('\n', at)
  const line = text.slice(at, lineEnd === -1 ? undefined : lineEnd)
  const marks = /^`+/.exec(line)?.[0] ?? ''
  const end = line.slice(marks.length).search(new RegExp(`(?<!\`)${marks}(?!\`)`))
  return at + marks.length + (end === -1 ? 0 : end + marks.length)
}
