import type { Conversation, ConversationStore, Message } from '../conversations/conversations'
import type { ConversationId } from '../shared/ids'
import type { StorageHealth } from './storage-health.svelte'

/** What the page holds of the conversation that it shows. */
interface Held {
  readonly conversation: Conversation | undefined
  readonly messages: ReadonlyMap<unknown, Message>
}

/** Writes of a chat. One that fails is made up for by the next: it stores all that the page holds of that conversation. */
export class ChatWrites {
  readonly #store: ConversationStore
  readonly #health: StorageHealth
  readonly #held: () => Held
  /** The conversation of which a write failed. */
  #behind: ConversationId | undefined

  /** @param held what the page holds now */
  constructor(store: ConversationStore, health: StorageHealth, held: () => Held) {
    this.#store = store
    this.#health = health
    this.#held = held
  }

  /** Whether the store lacks something of this conversation. */
  isBehind(id: ConversationId): boolean {
    return this.#behind === id
  }

  /** Stores a conversation's record and these messages, with all others that are held of it after a failed write. */
  async append(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    const { id } = conversation
    const { conversation: shown, messages: all } = this.#held()
    const held = shown?.id === id && this.#behind === id ? shown : undefined
    const stored = await this.#health.attempt('write', async () => {
      await this.#store.append(held ?? conversation, held ? [...all.values()] : messages)
      return true
    })
    if (!stored) this.#behind = id
    else if (this.#behind === id) this.#behind = undefined
  }

  /** Stores the end of a reply. */
  async save(reply: Message): Promise<void> {
    const stored = await this.#health.attempt('write', async () => {
      await this.#store.save(reply, 'strict')
      return true
    })
    if (!stored) this.#behind = reply.conversationId
  }

  /** Stores a reply so far; a power cut may lose it. Nothing after a failed write, which the end of the reply makes up for. */
  checkpoint(reply: Message): void {
    if (this.#behind === reply.conversationId) return
    void this.#health.attempt('write', () => this.#store.save(reply, 'relaxed'))
  }

  /** Stores what a failed write left on the page only, now that there may be room for it. */
  async catchUp(): Promise<void> {
    const { conversation } = this.#held()
    if (conversation && this.#behind === conversation.id) await this.append(conversation, [])
  }
}
