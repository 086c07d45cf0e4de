import type { Conversation, ConversationStore, RemovedConversation } from '../../conversations/conversations'
import type { ConversationId } from '../../shared/ids'
import { once } from '../../shared/once'
import type { ConversationEdits } from './conversation-edits'
import { newestFirst, withFound } from './conversation-order'
import type { StorageHealth } from '../site/storage-health.svelte'

/** So many of the newest are there before the others are read. */
const FIRST = 100
/** So many are read at a time after that: a few milliseconds each. */
const BATCH = 500

export interface ConversationListDependencies {
  readonly store: ConversationStore
  readonly health: StorageHealth
  /** ms since the epoch */
  readonly now: () => number
  /** Told when a conversation's record was changed here. */
  readonly onUpdate: (conversation: Conversation) => void
}

/** A list that could not be read because the database does not open is read again after so many ms. */
const RETRY_MS = 5000

/** The stored conversations. */
export class ConversationList {
  /** Newest first. */
  items = $state.raw<readonly Conversation[]>([])
  /** Whether every stored conversation is among them. */
  complete = $state(false)
  /** Those deleted last, while they can be put back. */
  removed = $state.raw<readonly RemovedConversation[]>([])
  /** What was chosen to be exported; undefined is everything. */
  toExport = $state.raw<readonly ConversationId[]>()
  /** ms since the epoch */
  readonly now: () => number
  /** What changes them. */
  readonly edits: () => Promise<ConversationEdits>
  readonly #deps: ConversationListDependencies
  #stale: readonly ConversationId[] = []
  #reading: Promise<void> = Promise.resolve()

  constructor(dependencies: ConversationListDependencies) {
    this.#deps = dependencies
    this.now = dependencies.now
    this.edits = once(async () => {
      const { ConversationEdits: Edits } = await import('./conversation-edits')
      return new Edits(this, dependencies)
    })
    dependencies.store.onChange(({ id }) => void this.changed(id))
  }

  /** Reads the newest, then in the background all others. */
  async refresh(): Promise<void> {
    await this.#inTurn(async () => {
      const newest = await this.#read((store) => store.page({ limit: FIRST }))
      if (!newest) {
        // A database that another tab blocks may open later.
        if (this.#deps.health.problem?.code === 'storage-silent') setTimeout(() => void this.refresh(), RETRY_MS)
        return
      }
      this.complete = newest.length < FIRST
      this.items = newest
    })
    if (!this.complete) void this.fill()
  }

  /** Reads all conversations. */
  fill(): Promise<void> {
    return this.#inTurn(async () => {
      const found: Conversation[] = []
      for (;;) {
        const after = found.at(-1)?.id
        const batch = await this.#read((store) => store.batch({ ...(after !== undefined && { after }), limit: BATCH }))
        if (!batch) return
        found.push(...batch)
        if (batch.length < BATCH) break
      }
      this.items = found.sort(newestFirst)
      this.complete = true
    })
  }

  /** Reads a conversation again that was changed, here or in another tab; many at once where many are. */
  changed(...ids: readonly ConversationId[]): Promise<void> {
    this.#stale = [...this.#stale, ...ids]
    return this.#inTurn(async () => {
      const stale = this.#stale
      if (stale.length === 0) return
      this.#stale = []
      const read = await this.#read((store) => Promise.all(stale.map((id) => store.get(id))))
      if (!read) return
      const found = read.filter((one) => one !== undefined).filter(({ temporary }) => !temporary)
      this.items = withFound(this.items, stale, found)
    })
  }

  /** Brings back what damaged records keep out of the list. Storage that fails shows elsewhere. */
  async mend(): Promise<void> {
    if (await this.#deps.store.mend().catch(() => false)) await this.refresh()
  }

  async #read<T>(read: (store: ConversationStore) => Promise<T>): Promise<T | undefined> {
    return await this.#deps.health.attempt('read', () => read(this.#deps.store))
  }

  /** One reading after the other, so that none works on a list that another is about to replace. */
  #inTurn(read: () => Promise<void>): Promise<void> {
    this.#reading = this.#reading.then(read)
    return this.#reading
  }
}
