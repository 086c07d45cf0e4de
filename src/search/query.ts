import { fold, queryTerms } from './terms'

/** A person's query, taken apart. */
export interface ParsedQuery {
  /** Every term must be there. */
  readonly terms: readonly string[]
  /** Folded; each must occur exactly. */
  readonly phrases: readonly string[]
}

/** “…”, "…" and 「…」 hold phrases; an open one counts as words. */
const PHRASE = /["“„]([^"“”„]+)["”“]|「([^」]+)」/gu

/** Reads a query. */
export function parseQuery(query: string): ParsedQuery {
  const phrases = Array.from(query.matchAll(PHRASE), ([, quoted, bracketed]) => fold(quoted ?? bracketed ?? '').trim())
  return { terms: [...new Set(queryTerms(query))], phrases: phrases.filter((phrase) => phrase !== '') }
}
