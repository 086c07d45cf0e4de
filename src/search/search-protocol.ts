import type { Call } from '../platform/rpc'
import type { IndexProgress, SearchAnswer, SearchQuery } from './search'

/** What the worker that searches does. */
export interface SearchProcedures {
  /** Brings the index up to date and keeps it so: it never ends. */
  index(nothing: undefined, call: Call<IndexProgress>): Promise<never>
  /** Reports answers, each with more than the one before. */
  search(query: SearchQuery, call: Call<SearchAnswer>): Promise<void>
}
