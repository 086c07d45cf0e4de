import type { ConversationChange } from '../conversations/conversations'
import type { ConversationId } from '../shared/ids'
import type { ConversationList, ConversationListDependencies } from './conversation-list.svelte'

/** What is done to conversations of the list: renamed, pinned, moved, copied. */
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
}
