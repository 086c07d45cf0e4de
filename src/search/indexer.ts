import type { Conversation, ConversationStore, Message } from '../conversations/conversations'
import type { ConversationId } from '../shared/ids'
import type { IndexStore } from './index-store'
import { Shard, type Entry, type Found, type Wanted } from './message-index'
import type { IndexProgress } from './search'

/**
 * A shard takes conversations until it has this many entries: storing it, or finding every entry in it, delays no query
 * noticeably.
 */
const SHARD_ENTRIES = 3000
/** Changes are stored this long after the first of them, in ms. */
const STORE_AFTER_MS = 3000
/** Conversations read at a time. */
const BATCH = 500
/**
 * The index is not stored for this long after a query, because a person who types another letter needs an answer at
 * once; ms.
 */
const QUIET_MS = 1000
/** Queries have their turn between two slices of this many ms. */
const SLICE_MS = 20
/** The interval of progress reports, in ms. */
const TELL_MS = 200

export interface IndexerDependencies {
  readonly store: ConversationStore
  readonly index: IndexStore
  /** The entries of a conversation for the index. */
  readonly entriesOf: (conversation: Conversation, messages: readonly Message[]) => Entry[]
  readonly onProgress: (progress: IndexProgress) => void
}

/** The index of all conversations: read from its store, brought up to date, and kept so while conversations change. */
export class Indexer {
  readonly #deps: IndexerDependencies
  #shards: Shard[] = []
  /** The shard of each conversation. */
  readonly #places = new Map<string, Shard>()
  readonly #stale = new Set<ConversationId>()
  #working: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #storing: Promise<void> = Promise.resolve()
  /** Whether this tab stores the index: one of several tabs does. */
  #stores = false
  /** When the last query came (performance.now()). */
  #askedAt = -Infinity

  constructor(dependencies: IndexerDependencies) {
    this.#deps = dependencies
    dependencies.store.onChange(({ id }) => {
      this.#stale.add(id)
      void this.#work()
    })
  }

  /** For a query: newest conversations first, as far as they are indexed. */
  shards(): readonly { find(wanted: Wanted): Found[] }[] {
    this.#askedAt = performance.now()
    return this.#shards.toReversed()
  }

  /** Reads the stored index and finds changes since then. Resolves when all is indexed. */
  async open(): Promise<void> {
    await this.#load()
    const known = new Set<string>()
    const stale: Conversation[] = []
    for (let after: ConversationId | undefined; ;) {
      const batch = await this.#deps.store.batch({ ...(after !== undefined && { after }), limit: BATCH })
      for (const conversation of batch) {
        known.add(conversation.id)
        const indexed = this.#places.get(conversation.id)?.conversations.get(conversation.id)
        if (indexed?.stamp !== stampOf(conversation)) stale.push(conversation)
      }
      after = batch.at(-1)?.id
      if (batch.length < BATCH) break
    }
    for (const id of this.#places.keys()) if (!known.has(id)) this.#drop(id)
    // The newest end up in the last shard, which is asked first.
    for (const { id } of stale.sort((a, b) => a.updatedAt - b.updatedAt)) this.#stale.add(id)
    await this.#work()
  }

  /** From now on this tab stores the index. Another tab may have stored other shards, so all are stored again. */
  takeOver(): void {
    this.#stores = true
    for (const shard of this.#shards) shard.changed = true
    this.#storeLater()
  }

  async #load(): Promise<void> {
    const { index } = this.#deps
    const numbers = await index.numbers().catch(() => [])
    // It begins with the last shard, so that the newest chats are found first.
    for (const number of numbers.toReversed()) {
      try {
        const stored = await index.get(number)
        if (!stored) continue
        const shard = await Shard.from(stored)
        this.#shards.unshift(shard)
        for (const id of shard.conversations.keys()) {
          // The storing was cut off half way: the later shard is the newer one.
          if (this.#places.has(id)) shard.remove(id)
          else this.#places.set(id, shard)
        }
      } catch {
        // Damaged: its conversations are indexed again.
      }
    }
  }

  #work(): Promise<void> {
    this.#working ??= this.#indexStale().finally(() => (this.#working = undefined))
    return this.#working
  }

  async #indexStale(): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS
    let done = 0
    let told = performance.now()
    for (const id of this.#stale) {
      this.#stale.delete(id)
      await this.#indexOne(id)
      done += 1
      if (performance.now() < sliceEnd) continue
      if (performance.now() - told > TELL_MS) {
        this.#tell(done, done + this.#stale.size)
        told = performance.now()
      }
      await new Promise((resolve) => setTimeout(resolve))
      sliceEnd = performance.now() + SLICE_MS
    }
    this.#tell(done, done)
    if (done > 0) this.#storeLater()
  }

  async #indexOne(id: ConversationId): Promise<void> {
    const { store, entriesOf } = this.#deps
    const [conversation, messages] = await Promise.all([store.get(id), store.messages(id)])
    this.#drop(id)
    if (!conversation) return
    const shard = this.#lastShard()
    // A message that is still being written is indexed again later, however it ends.
    const isWritten = messages.some(({ state }) => state === 'streaming')
    shard.add(id, isWritten ? '' : stampOf(conversation), entriesOf(conversation, messages))
    this.#places.set(id, shard)
  }

  #drop(id: string): void {
    this.#places.get(id)?.remove(id)
    this.#places.delete(id)
  }

  #lastShard(): Shard {
    const last = this.#shards.at(-1)
    if (last && last.size < SHARD_ENTRIES) return last
    const next = Shard.empty()
    this.#shards.push(next)
    return next
  }

  #tell(done: number, total: number): void {
    const models = new Set(
      this.#shards.flatMap(({ conversations }) => [...conversations.values()].flatMap((indexed) => indexed.models)),
    )
    this.#deps.onProgress({ done, total, models: [...models].sort() })
  }

  #storeLater(): void {
    if (!this.#stores || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // Stores go one after the other. If storage is full or refused, the index lasts as long as the page.
      this.#storing = this.#storing.then(() => this.#store()).catch(() => undefined)
    }, STORE_AFTER_MS)
  }

  async #store(): Promise<void> {
    const before = this.#shards
    this.#shards = before.filter(({ size }, at) => size > 0 || at === before.length - 1)
    // A shard that moves up is stored under another number.
    for (const [number, shard] of this.#shards.entries()) if (before[number] !== shard) shard.changed = true
    for (const [number, shard] of this.#shards.entries()) {
      if (!shard.changed) continue
      await this.#untilQuiet()
      await this.#deps.index.put(number, await shard.toStored())
    }
    await this.#deps.index.truncate(this.#shards.length)
  }

  async #untilQuiet(): Promise<void> {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    await wait(0) // a query may be waiting for its turn
    for (;;) {
      const left = this.#askedAt + QUIET_MS - performance.now()
      if (left <= 0) return
      await wait(left)
    }
  }
}

/** Changes whenever a question was asked or the title was changed. */
function stampOf({ updatedAt, title }: Conversation): string {
  return `${updatedAt} ${title}`
}
