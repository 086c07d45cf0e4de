import type { Conversation, ConversationStore, RemovedConversation } from '../conversations/conversations'
import type { ConversationId } from '../shared/ids'
import type { StorageHealth } from './storage-health.svelte'

const PAGE = 50

/** The stored conversations, newest first, page by page. */
export class ConversationList {
  items = $state.raw<readonly Conversation[]>([])
  /** Whether older ones may be there. */
  more = $state(false)
  /** The one deleted last, while it can be put back. */
  removed = $state.raw<RemovedConversation>()
  readonly #store: ConversationStore
  readonly #health: StorageHealth
  readonly #onRename: (conversation: Conversation) => void
  #reading: Promise<void> = Promise.resolve()

  /** @param onRename told when a conversation has a new title */
  constructor(store: ConversationStore, health: StorageHealth, onRename: (conversation: Conversation) => void) {
    this.#store = store
    this.#health = health
    this.#onRename = onRename
    store.onChange(() => void this.refresh())
  }

  /** Reads as many as are shown again. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      const limit = Math.max(this.items.length, PAGE)
      const items = await this.#health.attempt('read', () => this.#store.page({ limit }))
      if (!items) return
      this.items = items
      this.more = items.length === limit
    })
  }

  /** Brings back what damaged records keep out of the list. Storage that fails shows elsewhere. */
  async mend(): Promise<void> {
    if (await this.#store.mend().catch(() => false)) await this.refresh()
  }

  loadMore(): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.items.at(-1)
      if (!before || !this.more) return
      const older = await this.#health.attempt('read', () => this.#store.page({ before, limit: PAGE }))
      if (!older) return
      this.items = [...this.items, ...older]
      this.more = older.length === PAGE
    })
  }

  async rename(id: ConversationId, title: string): Promise<void> {
    const trimmed = title.trim()
    if (trimmed === '' || trimmed === this.items.find((item) => item.id === id)?.title) return
    const renamed = await this.#health.attempt('write', () => this.#store.update(id, { title: trimmed }))
    if (renamed) this.#onRename(renamed)
    await this.refresh()
  }

  async remove(id: ConversationId): Promise<void> {
    const removed = await this.#health.attempt('write', () => this.#store.remove(id))
    if (removed) this.removed = removed
    await this.refresh()
  }

  /** Puts back what was deleted last; returns its id. It stays deleted, and can be put back again, if that fails. */
  async undo(): Promise<ConversationId | undefined> {
    const { removed } = this
    if (!removed) return undefined
    this.removed = undefined
    const id = await this.#health.attempt('write', async () => {
      await this.#store.restore(removed)
      return removed.conversation.id
    })
    if (id === undefined) this.removed ??= removed
    await this.refresh()
    return id
  }

  /** The chance to undo is over. */
  forgetRemoved(): void {
    this.removed = undefined
  }

  /** One reading after the other, so that none works on a list that another is about to replace. */
  #inTurn(read: () => Promise<void>): Promise<void> {
    this.#reading = this.#reading.then(read)
    return this.#reading
  }
}
