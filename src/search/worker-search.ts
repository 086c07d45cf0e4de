import type { FromSearch, ToSearch } from './search-protocol'
import type { IndexProgress, Search, SearchAnswer, SearchQuery } from './search'

/** A worker that nobody has asked for so long ends, and its memory is free; ms. */
const IDLE_MS = 5 * 60_000

/** The index in a worker, which starts with the first query. */
export class WorkerSearch implements Search {
  readonly #start: () => Worker
  readonly #listeners = new Set<(progress: IndexProgress | 'failed') => void>()
  #worker: Worker | undefined
  #idle: ReturnType<typeof setTimeout> | undefined
  #asked: { readonly key: number; readonly onAnswer: (answer: SearchAnswer) => void } | undefined
  #key = 0

  /** @param start makes the worker, which speaks search-protocol.ts */
  constructor(start: () => Worker) {
    this.#start = start
  }

  search(query: SearchQuery, onAnswer: (answer: SearchAnswer) => void): void {
    this.#key += 1
    this.#asked = { key: this.#key, onAnswer }
    this.#worker ??= this.#open()
    const message: ToSearch = { key: this.#key, query }
    this.#worker.postMessage(message)
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

  #open(): Worker {
    const worker = this.#start()
    worker.onmessage = ({ data }: MessageEvent<FromSearch>) => {
      if (data.type === 'answer') {
        if (data.key === this.#asked?.key) this.#asked.onAnswer(data.answer)
      } else if (data.type === 'progress') this.#tell(data.progress)
      else this.#fail()
    }
    worker.onerror = () => {
      this.#fail()
    }
    return worker
  }

  /** The next query starts another worker. */
  #fail(): void {
    this.#end()
    this.#tell('failed')
  }

  #end(): void {
    clearTimeout(this.#idle)
    this.#worker?.terminate()
    this.#worker = undefined
  }

  #tell(progress: IndexProgress | 'failed'): void {
    for (const listener of this.#listeners) listener(progress)
  }
}
