import type { Call } from '../platform/rpc'
import type { IndexProgress, SearchAnswer, SearchQuery } from './search'

/** The procedures of the worker that searches. */
export interface SearchProcedures {
  /** Brings the index up to date and keeps it so; the call never ends. */
  index(nothing: undefined, call: Call<IndexProgress>): Promise<never>
  /** Reports answers, each with more hits than the last. */
  search(query: SearchQuery, call: Call<SearchAnswer>): Promise<void>
}
