import { drawFormula } from '../markdown/formula-drawing'

/** A formula as MathML, by the same limits as on the page; undefined if it cannot be drawn. */
export function formulaMarkup(tex: string, display: boolean): string | undefined {
  const place = document.createElement('span')
  if (drawFormula(tex, display, place) !== undefined) return undefined
  const math = place.querySelector('math')
  // It also contains the source, for copying.
  return math?.outerHTML
}
