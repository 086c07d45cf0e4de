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

  constructor(store: ConversationStore, health: StorageHealth) {
    this.#store = store
    this.#health = health
    store.onChange(() => void this.refresh())
  }

  /** Reads as many as are shown again. */
  async refresh(): Promise<void> {
    const limit = Math.max(this.items.length, PAGE)
    const items = await this.#health.attempt(() => this.#store.page({ limit }))
    if (!items) return
    this.items = items
    this.more = items.length === limit
  }

  async loadMore(): Promise<void> {
    const last = this.items.at(-1)
    if (!last) return
    const older = await this.#health.attempt(() => this.#store.page({ before: last.updatedAt, limit: PAGE }))
    if (!older) return
    this.items = [...this.items, ...older]
    this.more = older.length === PAGE
  }

  async rename(id: ConversationId, title: string): Promise<void> {
    const conversation = this.items.find((item) => item.id === id)
    const trimmed = title.trim()
    if (!conversation || trimmed === '' || trimmed === conversation.title) return
    await this.#health.attempt(() => this.#store.put({ ...conversation, title: trimmed }))
    await this.refresh()
  }

  async remove(id: ConversationId): Promise<void> {
    const removed = await this.#health.attempt(() => this.#store.remove(id))
    if (removed) this.removed = removed
    await this.refresh()
  }

  /** Puts back what was deleted last; returns its id. */
  async undo(): Promise<ConversationId | undefined> {
    const { removed } = this
    if (!removed) return undefined
    this.removed = undefined
    await this.#health.attempt(() => this.#store.restore(removed))
    await this.refresh()
    return removed.conversation.id
  }

  /** The chance to undo is over. */
  forgetRemoved(): void {
    this.removed = undefined
  }
}
