import { drawFormula } from '../markdown/formula-drawing'

/** A formula as MathML, by the same limits as on the page; undefined where it cannot be drawn. */
export function formulaMarkup(tex: string, display: boolean): string | undefined {
  const place = document.createElement('span')
  if (drawFormula(tex, display, place) !== undefined) return undefined
  const math = place.querySelector('math')
  // The source stands in it as well, for those who copy it.
  return math?.outerHTML
}
