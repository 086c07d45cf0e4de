import katex, { type KatexOptions } from 'katex'
import 'katex/dist/katex.min.css'

/** Draws a formula. @returns what is wrong with it, if it cannot be drawn */
export type DrawFormula = (tex: string, display: boolean, into: HTMLElement) => string | undefined

/** Longest formula that is drawn, in UTF-16 units: beyond, a page would wait for it. */
const LONGEST = 10_000
/** Deepest nesting of braces. */
const DEEPEST = 100
/** The colour in which KaTeX writes the name of a command that is not trusted, instead of an error. */
const REFUSED = '#facade'

/**
 * Limits that no formula can change: nothing of it is a link or HTML, sizes are in em and small, and macros are expanded so
 * often at most. Macros are of one formula alone.
 */
const options = (display: boolean): KatexOptions => ({
  displayMode: display,
  throwOnError: true,
  strict: false,
  trust: false,
  maxSize: 20,
  maxExpand: 500,
  macros: {},
  errorColor: REFUSED,
})

/** Draws with KaTeX, by its elements (never by HTML), with MathML beside them for screen readers. */
export const drawFormula: DrawFormula = (tex, display, into) => {
  into.replaceChildren()
  if (tex.length > LONGEST) return `more than ${String(LONGEST)} characters`
  if (depthOf(tex) > DEEPEST) return `more than ${String(DEEPEST)} braces within each other`
  try {
    katex.render(tex, into, options(display))
    const refused = into.querySelector(`math [mathcolor="${REFUSED}"]`)
    if (!refused) return undefined
    into.replaceChildren()
    return `${refused.textContent} is not allowed here`
  } catch (error) {
    into.replaceChildren()
    return error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : String(error)
  }
}

function depthOf(tex: string): number {
  let depth = 0
  let deepest = 0
  for (const character of tex) {
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
