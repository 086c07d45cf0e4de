import type { Call } from '../platform/rpc'

export interface ToColour {
  /** Names the text. Changes are given against the last answer for the same key. */
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

/** The procedure of the worker that colours code. */
export interface HighlightProcedures {
  /**
   * Colours a text. One text at a time. Reports when the grammar is there: from then on only the text can take long.
   * Fails if the grammar could not be fetched, or fails on the text.
   */
  colour(asked: ToColour, call: Call<'begun'>): Promise<Colours>
}
