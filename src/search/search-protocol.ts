import type { Call } from '../platform/rpc'
import type { IndexProgress, SearchAnswer, SearchQuery } from './search'

/** Where the chats are, and by which key they and the index are encrypted, if they are. */
export interface IndexPlace {
  readonly database: string
  readonly key: CryptoKey | undefined
}

/** The procedures of the worker that searches. */
export interface SearchProcedures {
  /** Brings the index up to date and keeps it so; the call never ends, and is the first. */
  index(place: IndexPlace, call: Call<IndexProgress>): Promise<never>
  /** Reports answers, each with more hits than the last. */
  search(query: SearchQuery, call: Call<SearchAnswer>): Promise<void>
}
