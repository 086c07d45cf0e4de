import type { Call } from '../platform/rpc'

export interface ToColour {
  /** Whose text it is. What changed is told against the last answer for the same key. */
  readonly key: number
  /** highlight.js's name of the grammar. */
  readonly grammar: string
  readonly text: string
}

export interface Colours {
  /** How long it took. */
  readonly ms: number
  /** Runs (see runs.ts) from a line on; undefined where nothing changed. */
  readonly changed: { readonly from: number; readonly runs: Uint16Array<ArrayBuffer> } | undefined
}

/** What the worker that colours code does. */
export interface HighlightProcedures {
  /**
   * Colours a text. One at a time. Reports when the grammar is there, so only the text itself can take long from then on. It fails
   * where the grammar could not be fetched, or fails on the text.
   */
  colour(asked: ToColour, call: Call<'begun'>): Promise<Colours>
}
