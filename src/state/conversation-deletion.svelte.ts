import type { RemovedConversation } from '../conversations/conversations'
import type { ConversationId } from '../shared/ids'
import type { ConversationList, ConversationListDependencies } from './conversation-list.svelte'

/** Deletes conversations, and puts back those that were deleted last. */
export class ConversationDeletion {
  /** Those deleted last, while they can be put back. */
  removed = $state.raw<readonly RemovedConversation[]>([])
  readonly #list: ConversationList
  readonly #deps: Pick<ConversationListDependencies, 'store' | 'health'>

  constructor(list: ConversationList, dependencies: Pick<ConversationListDependencies, 'store' | 'health'>) {
    this.#list = list
    this.#deps = dependencies
  }

  async remove(ids: readonly ConversationId[]): Promise<void> {
    const removed = await this.#deps.health.attempt('write', () => this.#deps.store.remove(ids))
    if (removed && removed.length > 0) this.removed = removed
    await this.#list.changed(...ids)
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
    await this.#list.changed(...(ids ?? []))
    return ids ?? []
  }

  /** The chance to undo is over. */
  forget(): void {
    this.removed = []
  }

  /** Deletes every conversation, message and draft, for good. @returns whether that worked */
  async clear(): Promise<boolean> {
    const { store, health } = this.#deps
    const cleared = await health.attempt('write', async () => {
      await store.clear()
      return true
    })
    this.forget()
    await this.#list.refresh()
    return cleared ?? false
  }
}
