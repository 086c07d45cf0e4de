import type { ConversationStore, Message } from '../../conversations/conversations'
import { descendants, leafWithout, withoutMessages } from '../../conversations/tree'
import type { ConversationId, MessageId } from '../../shared/ids'
import { omit } from '../../shared/omit'
import type { OpenConversation } from './open-conversation.svelte'
import type { StorageHealth } from '../site/storage-health.svelte'

/** A person's wish for a message in later prompts. */
export type PromptWish = 'excluded' | 'pinned' | undefined

interface RemovedMessages {
  readonly conversationId: ConversationId
  readonly leafId: MessageId | null
  readonly messages: readonly Message[]
}

/** Actions on existing messages: leave out of prompts, keep in them, delete, continue in a new chat. */
export class MessageEdits {
  /** The last deleted messages, while they can be put back. */
  removed = $state.raw<RemovedMessages>()
  readonly #shown: OpenConversation
  readonly #store: ConversationStore
  readonly #health: StorageHealth
  readonly #now: () => number

  /** @param now ms since the epoch */
  constructor(options: {
    shown: OpenConversation
    store: ConversationStore
    health: StorageHealth
    now: () => number
  }) {
    this.#shown = options.shown
    this.#store = options.store
    this.#health = options.health
    this.#now = options.now
  }

  /** Leaves a message out of prompts, or keeps it in them as long as any turn. */
  async wish(message: Message, wish: PromptWish): Promise<void> {
    const { conversation } = this.#shown
    if (!conversation) return
    const changed: Message = { ...omit(message, 'excluded', 'pinned'), ...(wish && { [wish]: true }) }
    this.#shown.put(conversation, [changed])
    await this.#shown.writes.save(changed)
  }

  /** The messages that go with this one when it is deleted: all that follow it, on every branch. */
  following(message: Message): Message[] {
    const ids = descendants(this.#shown.messages, message.id)
    return [...this.#shown.messages.values()].filter(({ id }) => ids.has(id) && id !== message.id)
  }

  /** Deletes a message with all messages after it. Does nothing if that cannot be stored. */
  async remove(message: Message): Promise<void> {
    const { conversation } = this.#shown
    if (!conversation) return
    const messages = [message, ...this.following(message)]
    const ids = messages.map(({ id }) => id)
    const { leafId } = conversation
    const left = withoutMessages(this.#shown.messages, ids)
    const changed = {
      ...conversation,
      updatedAt: this.#now(),
      leafId: leafId !== null && left.has(leafId) ? leafId : leafWithout(left, message),
    }
    const done = await this.#health.attempt('write', async () => {
      await this.#store.removeMessages(changed, ids)
      return true
    })
    if (!done) return
    this.#shown.drop(changed, ids)
    this.removed = { conversationId: conversation.id, leafId, messages }
  }

  /** Puts back the last deleted messages. */
  async undo(): Promise<void> {
    const { removed } = this
    const { conversation } = this.#shown
    if (!removed || conversation?.id !== removed.conversationId) return
    const restored = { ...conversation, updatedAt: this.#now(), leafId: removed.leafId }
    const done = await this.#health.attempt('write', async () => {
      await this.#store.append(restored, removed.messages)
      return true
    })
    if (!done) return
    this.removed = undefined
    this.#shown.takeBack(restored, removed.messages)
  }

  /** The time for undo is over. */
  forgetRemoved(): void {
    this.removed = undefined
  }

  /**
   * A new chat with the beginning of this one, up to a message.
   *
   * @param title its title
   * @returns its id; undefined if it could not be stored
   */
  async fork(message: Message, title: string): Promise<ConversationId | undefined> {
    const { conversation } = this.#shown
    if (!conversation) return undefined
    const { copyOf } = await import('../history/conversation-copy')
    const messages = this.#shown.branches.to(message.id)
    const copy = copyOf({ conversation: { ...conversation, leafId: message.id }, messages }, title, this.#now())
    return await this.#health.attempt('write', async () => {
      await this.#store.restore([copy])
      return copy.conversation.id
    })
  }
}
