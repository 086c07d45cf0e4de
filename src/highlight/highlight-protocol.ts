/** To the worker: colour this text. One at a time; the next one is sent when the last was answered. */
export interface ToHighlight {
  /** Whose text it is. What changed is told against the last answer for the same key. */
  readonly key: number
  /** highlight.js's name of the grammar. */
  readonly grammar: string
  readonly text: string
}

/** From the worker. */
export type FromHighlight =
  /** The grammar is there, so only the text itself can take long now. */
  | { readonly type: 'begun' }
  /** Runs (see runs.ts) from a line on; undefined where nothing changed. `ms` is how long it took. */
  | {
      readonly type: 'done'
      readonly ms: number
      readonly changed: { readonly from: number; readonly runs: Uint16Array<ArrayBuffer> } | undefined
    }
  /** The text stays plain: the grammar could not be fetched, or failed on it. */
  | { readonly type: 'failed' }
