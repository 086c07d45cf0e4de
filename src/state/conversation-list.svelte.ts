import type {
  Conversation,
  ConversationChange,
  ConversationStore,
  RemovedConversation,
} from '../conversations/conversations'
import type { ConversationId } from '../shared/ids'
import { foldersOf, groupsOf, newestFirst, withFound } from './conversation-groups'
import type { StorageHealth } from './storage-health.svelte'

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
  /** The list as it is shown. */
  readonly groups = $derived.by(() => groupsOf(this.items, this.#deps.now()))
  /** Names of folders that have something in them, in order. */
  readonly folders = $derived.by(() => foldersOf(this.items))
  readonly #deps: ConversationListDependencies
  #stale: readonly ConversationId[] = []
  #reading: Promise<void> = Promise.resolve()

  constructor(dependencies: ConversationListDependencies) {
    this.#deps = dependencies
    dependencies.store.onChange(({ id }) => void this.changed(id))
  }

  /** Reads the newest, then in the background all others. */
  async refresh(): Promise<void> {
    await this.#inTurn(async () => {
      const newest = await this.#read((store) => store.page({ limit: FIRST }))
      if (!newest) return
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

  async rename(id: ConversationId, title: string): Promise<void> {
    const trimmed = title.trim()
    if (trimmed === '' || trimmed === this.items.find((item) => item.id === id)?.title) return
    await this.update([id], { title: trimmed })
  }

  /** Changes records; a conversation that is gone stays gone. */
  async update(ids: readonly ConversationId[], change: ConversationChange): Promise<void> {
    const { store, health, onUpdate } = this.#deps
    const updated = await health.attempt('write', () => Promise.all(ids.map((id) => store.update(id, change))))
    for (const conversation of updated ?? []) if (conversation) onUpdate(conversation)
    await this.changed(...ids)
  }

  /** Copies a conversation with all its branches. @returns the copy's id; undefined if there was nothing to copy, or no room */
  async fork(id: ConversationId, title: (original: string) => string): Promise<ConversationId | undefined> {
    const { store, health, now } = this.#deps
    const copied = await health.attempt('write', async () => {
      const [conversation, messages] = await Promise.all([store.get(id), store.messages(id)])
      if (!conversation) return undefined
      const { copyOf } = await import('./conversation-copy')
      const copy = copyOf({ conversation, messages }, title(conversation.title), now())
      await store.restore([copy])
      return copy.conversation.id
    })
    if (copied !== undefined) await this.changed(copied)
    return copied
  }

  async remove(ids: readonly ConversationId[]): Promise<void> {
    const removed = await this.#deps.health.attempt('write', () => this.#deps.store.remove(ids))
    if (removed && removed.length > 0) this.removed = removed
    await this.changed(...ids)
  }

  /** Puts back what was deleted last; returns the ids. It stays deleted, and can be put back again, if that fails. */
  async undo(): Promise<readonly ConversationId[]> {
    const { removed } = this
    if (removed.length === 0) return []
    this.removed = []
    const ids = await this.#deps.health.attempt('write', async () => {
      await this.#deps.store.restore(removed)
      return removed.map(({ conversation }) => conversation.id)
    })
    if (!ids && this.removed.length === 0) this.removed = removed
    await this.changed(...(ids ?? []))
    return ids ?? []
  }

  /** The chance to undo is over. */
  forgetRemoved(): void {
    this.removed = []
  }

  /** Deletes every conversation, message and draft, for good. @returns whether that worked */
  async clear(): Promise<boolean> {
    const { store, health } = this.#deps
    const cleared = await health.attempt('write', async () => {
      await store.clear()
      return true
    })
    this.forgetRemoved()
    await this.refresh()
    return cleared ?? false
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
