import katex, { type KatexOptions } from 'katex'
import 'katex/dist/katex.min.css'
import { drawableTex } from '../../render/drawable-tex'

/** Draws a formula. @returns the problem, if it cannot be drawn */
export type DrawFormula = (tex: string, display: boolean, into: HTMLElement) => string | undefined

/** Longest formula that is drawn, in UTF-16 units: the page would have to wait for a longer one. */
const LONGEST = 4000
/** Most cells of its arrays. */
const MOST_CELLS = 600
/** Deepest nesting of braces. */
const DEEPEST = 100
/** Longest formula that defines macros: the cost of each use depends on the length of its definition. */
const LONGEST_WITH_MACROS = 300
const DEFINES = /\\(?:[gex]?def|let|futurelet|(?:re|provide)?newcommand)(?![A-Za-z])/
/** Largest move, width or height, in em: KaTeX limits sizes, but not below zero. */
const FARTHEST = { across: 60, along: 300 }
/** The colour in which KaTeX writes the name of an untrusted command, instead of an error. */
const REFUSED = '#facade'

/**
 * Limits that no formula can change: no part becomes a link or HTML, sizes are in em and small, and the number of macro
 * expansions is limited. Each formula has macros of its own.
 */
const options = (display: boolean): KatexOptions => ({
  displayMode: display,
  throwOnError: true,
  strict: false,
  trust: false,
  maxSize: 20,
  maxExpand: 50,
  // from siunitx and physics, which KaTeX lacks
  macros: {
    '\\SI': '{#1}\\,\\mathrm{#2}',
    '\\qty': '{#1}\\,\\mathrm{#2}',
    '\\si': '\\mathrm{#1}',
    '\\unit': '\\mathrm{#1}',
    '\\abs': '\\left|#1\\right|',
    '\\norm': '\\left\\|#1\\right\\|',
  },
  errorColor: REFUSED,
})

/** Draws with KaTeX, by its elements (never by HTML), with MathML beside them for screen readers. */
export const drawFormula: DrawFormula = (tex, display, into) => {
  into.replaceChildren()
  const tooMuch = excess(tex)
  if (tooMuch !== undefined) return tooMuch
  try {
    katex.render(drawableTex(tex, display), into, options(display))
    const refused = into.querySelector(`math [mathcolor="${REFUSED}"]`)
    if (!refused && !reachesOut(into)) return undefined
    into.replaceChildren()
    return refused ? `${refused.textContent} is not allowed here` : 'a size is too large'
  } catch (error) {
    into.replaceChildren()
    return error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : String(error)
  }
}

/** The measure in which a formula is too large to be drawn in a moment. */
function excess(tex: string): string | undefined {
  if (tex.length > LONGEST) return `more than ${String(LONGEST)} characters`
  if (depthOf(tex) > DEEPEST) return `more than ${String(DEEPEST)} braces within each other`
  if ((tex.match(/&|\\\\|\\cr(?![A-Za-z])/g)?.length ?? 0) > MOST_CELLS) return `more than ${String(MOST_CELLS)} cells`
  if (DEFINES.test(tex) && tex.length > LONGEST_WITH_MACROS)
    return `macros in a formula of more than ${String(LONGEST_WITH_MACROS)} characters`
  return undefined
}

/** Whether a part is moved or made so large that it would cover text around the formula. */
function reachesOut(drawing: HTMLElement): boolean {
  const em = (value: string): number => (value.endsWith('em') ? Math.abs(Number.parseFloat(value)) : 0)
  return [...drawing.querySelectorAll<HTMLElement>('.katex-html [style]')].some(({ style }) => {
    const across = [style.marginLeft, style.marginRight, style.left, style.right, style.width, style.minWidth]
    const along = [style.top, style.bottom, style.height, style.verticalAlign, style.marginTop, style.borderTopWidth]
    return across.some((value) => em(value) > FARTHEST.across) || along.some((value) => em(value) > FARTHEST.along)
  })
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
