import type { Conversation, ConversationStore, Message } from '../../conversations/conversations'
import type { StorageHealth } from '../site/storage-health.svelte'

/** Writes of a chat. What cannot be stored stays in the store's memory, and is stored with the next write that works. */
export class ChatWrites {
  readonly #store: ConversationStore
  readonly #health: StorageHealth

  constructor(store: ConversationStore, health: StorageHealth) {
    this.#store = store
    this.#health = health
  }

  /** Stores a conversation's record and these messages. */
  async append(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    await this.#health.attempt('write', () => this.#store.append(conversation, messages))
  }

  /** Stores the end of a reply. */
  async save(reply: Message): Promise<void> {
    await this.#health.attempt('write', () => this.#store.save(reply, 'strict'))
  }

  /** Stores a reply so far; a power cut may lose it. */
  checkpoint(reply: Message): void {
    void this.#health.attempt('write', () => this.#store.save(reply, 'relaxed'))
  }
}
