/** The script of a text. */
export type Script = 'han' | 'latin'

/** The script of most letters in a text; undefined for a text without letters. */
export function scriptOf(text: string): Script | undefined {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  const latin = text.match(/[A-Za-z]+/g)?.length ?? 0
  if (han === 0 && latin === 0) return undefined
  // A Chinese text contains formulas and names; a word counts as about two characters.
  return han >= latin ? 'han' : 'latin'
}
