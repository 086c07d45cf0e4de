import MiniSearch, { type Options, type SearchOptions } from 'minisearch'
import { indexTerms, isUnspaced } from './terms'

/** A message, or a title, as it is indexed. */
export interface Entry {
  /** The message's id, or `title:` and the conversation's. */
  readonly id: string
  readonly conversationId: string
  /** ms since the epoch */
  readonly at: number
  /** The model that wrote it, or that answered it. */
  readonly model?: string
  readonly part: 'title' | 'question' | 'answer'
  /** The title, question or answer. */
  readonly text: string
  readonly thought?: string
}

/** The fields kept with each entry. */
type Kept = Pick<Entry, 'conversationId' | 'at' | 'model' | 'part'>

export interface Found extends Kept {
  readonly id: string
  readonly score: number
  /** Terms of the entry that matched. */
  readonly terms: readonly string[]
  /** Whether a part other than the thought matched. */
  readonly outside: boolean
}

/** The conditions for entries to be found. */
export interface Wanted {
  /** Every term must be there. */
  readonly terms: readonly string[]
  readonly thoughts: boolean
  /** Whether a word may have one letter more, less or another one. */
  readonly typos: boolean
  readonly accepts: (kept: Kept) => boolean
}

const OPTIONS: Options<Entry> = {
  fields: ['text', 'thought'],
  storeFields: ['conversationId', 'at', 'model', 'part'],
  tokenize: indexTerms,
  processTerm: (term) => term,
  // Vacuuming in the background would take turns from queries; a shard is cleaned when it is stored.
  autoVacuum: false,
}

/** Words this short have too many neighbours for a typo to mean anything. */
const SHORTEST_WITH_TYPO = 4

/** The state of a conversation when it was indexed. */
export interface Indexed {
  /** Changes with the indexed content. */
  readonly stamp: string
  readonly ids: readonly string[]
  /** Ids of models that wrote in it. */
  readonly models: readonly string[]
}

/** The stored form of a shard: JSON in a Blob, which can be counted and passed on without reading its bytes. */
export interface StoredShard {
  readonly data: Blob
}

interface ShardData {
  readonly index: string
  readonly conversations: readonly (readonly [id: string, indexed: Indexed])[]
}

/**
 * A part of the index: conversations that were indexed one after the other. Each shard is stored by itself, so a
 * damaged one affects no other.
 */
export class Shard {
  readonly conversations: Map<string, Indexed>
  /** Whether it differs from the stored shard. */
  changed = false
  readonly #index: MiniSearch<Entry>

  private constructor(index: MiniSearch<Entry>, conversations: Map<string, Indexed>) {
    this.#index = index
    this.conversations = conversations
  }

  static empty(): Shard {
    return new Shard(new MiniSearch(OPTIONS), new Map())
  }

  /** @throws if it is damaged */
  static async from({ data }: StoredShard): Promise<Shard> {
    const { index, conversations } = JSON.parse(await data.text()) as ShardData
    return new Shard(MiniSearch.loadJSON(index, OPTIONS), new Map(conversations))
  }

  /** How many entries it has. */
  get size(): number {
    return this.#index.documentCount
  }

  add(conversationId: string, stamp: string, entries: readonly Entry[]): void {
    this.changed = true
    const models = [...new Set(entries.flatMap(({ model }) => model ?? []))]
    this.conversations.set(conversationId, { stamp, ids: entries.map(({ id }) => id), models })
    this.#index.addAll(entries.filter(({ id }) => !this.#index.has(id)))
  }

  remove(conversationId: string): void {
    const indexed = this.conversations.get(conversationId)
    if (!indexed) return
    this.changed = true
    this.conversations.delete(conversationId)
    this.#index.discardAll(indexed.ids.filter((id) => this.#index.has(id)))
  }

  find({ terms, thoughts, typos, accepts }: Wanted): Found[] {
    const options: SearchOptions = {
      fields: thoughts ? ['text', 'thought'] : ['text'],
      boost: { text: 2 },
      combineWith: 'AND',
      tokenize: () => [...terms],
      prefix: (term) => (isUnspaced(term) ? Array.from(term).length === 1 : term.length > 1),
      // 1 is a distance of one letter.
      fuzzy: (term) => (typos && term.length >= SHORTEST_WITH_TYPO && !isUnspaced(term) ? 1 : false),
      filter: (result) => accepts(result as unknown as Kept),
    }
    return this.#index.search(terms.join(' '), options).map((result) => ({
      ...(result as unknown as Kept),
      id: String(result.id),
      score: result['part'] === 'title' ? result.score * 2 : result.score,
      terms: result.terms,
      outside: Object.values(result.match).some((fields) => fields.includes('text')),
    }))
  }

  /** For the store. */
  async toStored(): Promise<StoredShard> {
    if (this.#index.dirtCount > 0) await this.#index.vacuum()
    this.changed = false
    const data: ShardData = { index: JSON.stringify(this.#index), conversations: [...this.conversations] }
    return { data: new Blob([JSON.stringify(data)]) }
  }
}
