import { RpcClient } from '../platform/rpc'
import { toAppError } from '../shared/errors'
import type { IndexProgress, Search, SearchAnswer, SearchQuery } from './search'
import type { IndexPlace, SearchProcedures } from './search-protocol'

/** A worker without a query for this long ends, and its memory is free; ms. */
const IDLE_MS = 5 * 60_000

type Client = RpcClient<SearchProcedures>

/** The index in a worker, which starts with the first query. */
export class WorkerSearch implements Search {
  readonly #start: () => Worker
  readonly #place: IndexPlace
  readonly #listeners = new Set<(progress: IndexProgress | 'failed') => void>()
  #client: Client | undefined
  #idle: ReturnType<typeof setTimeout> | undefined
  /** Ends the query before. */
  #newer = new AbortController()

  /** @param start makes the worker, which serves search-protocol.ts */
  constructor(start: () => Worker, place: IndexPlace) {
    this.#start = start
    this.#place = place
  }

  search(query: SearchQuery, onAnswer: (answer: SearchAnswer) => void): void {
    this.#newer.abort()
    this.#newer = new AbortController()
    const { signal } = this.#newer
    const onProgress = (answer: SearchAnswer) => {
      if (!signal.aborted) onAnswer(answer)
    }
    const client = (this.#client ??= this.#open())
    client.call('search', query, { signal, onProgress }).catch(() => {
      this.#fail(client)
    })
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      this.#end()
    }, IDLE_MS)
  }

  onProgress(listener: (progress: IndexProgress | 'failed') => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #open(): Client {
    const client = new RpcClient<SearchProcedures>(this.#start(), toAppError)
    const onProgress = (progress: IndexProgress) => {
      this.#tell(progress)
    }
    client.call('index', this.#place, { onProgress }).catch(() => {
      this.#fail(client)
    })
    return client
  }

  /** The next query starts another worker. A worker that was ended reports nothing. */
  #fail(client: Client): void {
    if (client !== this.#client) return
    this.#end()
    this.#tell('failed')
  }

  #end(): void {
    clearTimeout(this.#idle)
    const client = this.#client
    this.#client = undefined
    client?.end(new DOMException('Nobody searches.', 'AbortError'))
  }

  #tell(progress: IndexProgress | 'failed'): void {
    for (const listener of this.#listeners) listener(progress)
  }
}
