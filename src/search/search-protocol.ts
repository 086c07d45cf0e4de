import type { IndexProgress, SearchAnswer, SearchQuery } from './search'

/** To the worker. A newer query ends the one before it. */
export interface ToSearch {
  readonly key: number
  readonly query: SearchQuery
}

/** From the worker. */
export type FromSearch =
  | { readonly type: 'answer'; readonly key: number; readonly answer: SearchAnswer }
  | { readonly type: 'progress'; readonly progress: IndexProgress }
  | { readonly type: 'failed' }
