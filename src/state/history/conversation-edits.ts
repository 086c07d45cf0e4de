import type { ConversationChange } from '../../conversations/conversations'
import type { ConversationId } from '../../shared/ids'
import type { ConversationList, ConversationListDependencies } from './conversation-list.svelte'

/** Changes conversations of the list: renames, pins, moves, copies, deletes and puts back. Fetched when it is first used. */
export class ConversationEdits {
  readonly #list: ConversationList
  readonly #deps: ConversationListDependencies

  constructor(list: ConversationList, dependencies: ConversationListDependencies) {
    this.#list = list
    this.#deps = dependencies
  }

  async rename(id: ConversationId, title: string): Promise<void> {
    const trimmed = title.trim()
    if (trimmed === '' || trimmed === this.#list.items.find((item) => item.id === id)?.title) return
    await this.update([id], { title: trimmed })
  }

  /** Changes records; a conversation that is gone stays gone. */
  async update(ids: readonly ConversationId[], change: ConversationChange): Promise<void> {
    const { store, health, onUpdate } = this.#deps
    const updated = await health.attempt('write', () => Promise.all(ids.map((id) => store.update(id, change))))
    for (const conversation of updated ?? []) if (conversation) onUpdate(conversation)
    await this.#list.changed(...ids)
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
    if (copied !== undefined) await this.#list.changed(copied)
    return copied
  }

  async remove(ids: readonly ConversationId[]): Promise<void> {
    const removed = await this.#deps.health.attempt('write', () => this.#deps.store.remove(ids))
    if (removed && removed.length > 0) this.#list.removed = removed
    await this.#list.changed(...ids)
  }

  /** Puts back what was deleted last; returns the ids. It stays deleted, and can be put back again, if that fails. */
  async undo(): Promise<readonly ConversationId[]> {
    const { removed } = this.#list
    if (removed.length === 0) return []
    this.#list.removed = []
    const ids = await this.#deps.health.attempt('write', async () => {
      await this.#deps.store.restore(removed)
      for (const { conversation } of removed) this.#deps.onUpdate(conversation)
      return removed.map(({ conversation }) => conversation.id)
    })
    if (!ids && this.#list.removed.length === 0) this.#list.removed = removed
    await this.#list.changed(...(ids ?? []))
    return ids ?? []
  }

  /** Deletes every conversation, message and draft, for good. @returns whether that worked */
  async clear(): Promise<boolean> {
    const { store, health } = this.#deps
    const cleared = await health.attempt('write', async () => {
      await store.clear()
      return true
    })
    this.#list.removed = []
    await this.#list.refresh()
    return cleared ?? false
  }
}
