/** A term of a text in its compared form, and its place in UTF-16 units. */
export interface Term {
  readonly term: string
  readonly start: number
  readonly end: number
}

/** Scripts that put no spaces between words. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々〆`
const RUNS = new RegExp(`(?<unspaced>[${UNSPACED}]+)|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}_])+`, 'gu')
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u')
/** Letters whose marks people leave out when they search. */
const MARKED = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu
/** Longer terms are no words; in UTF-16 units. */
const LONGEST = 40

/** Whether a term is of a script without spaces: it is compared exactly, without typos. */
export const isUnspaced = (term: string): boolean => IS_UNSPACED.test(term)

/** A text in its compared form: width, case and accents make no difference. */
export function fold(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase()
  return lower.normalize('NFD').replaceAll(MARKED, '$1').normalize('NFC')
}

/**
 * The terms of a text. Words are terms. A run of a script without spaces gives each pair of neighbours and its last
 * character, so that every character begins some term.
 */
export function* termsIn(text: string): Generator<Term> {
  for (const { 0: run, index, groups } of text.matchAll(RUNS)) {
    if (groups?.['unspaced'] === undefined) {
      yield { term: fold(run).slice(0, LONGEST), start: index, end: index + run.length }
      continue
    }
    let start = index
    let previous: string | undefined
    for (const character of run) {
      if (previous !== undefined) {
        const from = start - previous.length
        yield { term: fold(previous + character), start: from, end: start + character.length }
      }
      previous = character
      start += character.length
    }
    if (previous !== undefined) yield { term: fold(previous), start: start - previous.length, end: start }
  }
}

/** Terms for the index. */
export const indexTerms = (text: string): string[] => Array.from(termsIn(text), ({ term }) => term)

/** Terms that a text must have to contain this query: the last character of a run is in a pair already. */
export function queryTerms(query: string): string[] {
  const found = [...termsIn(query)]
  return found
    .filter(({ term, start, end }) => {
      const isLastAlone = isUnspaced(term) && found.some((other) => other.start < start && other.end === end)
      return !isLastAlone
    })
    .map(({ term }) => term)
}
