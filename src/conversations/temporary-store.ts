import type { ConversationId, MessageId } from '../shared/ids'
import { omit } from '../shared/omit'
import type {
  Change,
  Conversation,
  ConversationChange,
  ConversationStore,
  Draft,
  DraftStore,
  Durability,
  Message,
  PagePosition,
  RemovedConversation,
} from './conversations'

interface Kept {
  conversation: Conversation
  readonly messages: Map<MessageId, Message>
}

/** A store whose temporary conversations stay in memory: no word of them reaches the store below, nor other tabs. */
export class TemporaryStore implements ConversationStore {
  readonly #stored: ConversationStore
  readonly #kept = new Map<ConversationId, Kept>()

  constructor(stored: ConversationStore) {
    this.#stored = stored
  }

  page(options: { before?: PagePosition; limit: number }): Promise<Conversation[]> {
    return this.#stored.page(options)
  }

  batch(options: { after?: ConversationId; limit: number }): Promise<Conversation[]> {
    return this.#stored.batch(options)
  }

  async get(id: ConversationId): Promise<Conversation | undefined> {
    return this.#kept.get(id)?.conversation ?? (await this.#stored.get(id))
  }

  async messages(id: ConversationId): Promise<Message[]> {
    const kept = this.#kept.get(id)
    return kept ? [...kept.messages.values()] : await this.#stored.messages(id)
  }

  find(ids: readonly MessageId[]): Promise<Message[]> {
    return this.#stored.find(ids)
  }

  async update(id: ConversationId, change: ConversationChange): Promise<Conversation | undefined> {
    const kept = this.#kept.get(id)
    if (!kept) return await this.#stored.update(id, change)
    // It stands in no list, so there is nothing to pin or to put into a folder.
    kept.conversation = { ...kept.conversation, ...omit(change, 'pinned', 'folder') }
    return kept.conversation
  }

  async append(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    if (!conversation.temporary) {
      await this.#stored.append(conversation, messages)
      return
    }
    const kept = this.#kept.get(conversation.id) ?? { conversation, messages: new Map<MessageId, Message>() }
    kept.conversation = conversation
    for (const message of messages) kept.messages.set(message.id, message)
    this.#kept.set(conversation.id, kept)
  }

  async save(message: Message, durability: Durability): Promise<void> {
    const kept = this.#kept.get(message.conversationId)
    if (kept) kept.messages.set(message.id, message)
    else await this.#stored.save(message, durability)
  }

  async removeMessages(conversation: Conversation, ids: readonly MessageId[]): Promise<void> {
    const kept = this.#kept.get(conversation.id)
    if (!kept) {
      await this.#stored.removeMessages(conversation, ids)
      return
    }
    kept.conversation = conversation
    for (const id of ids) kept.messages.delete(id)
  }

  remove(ids: readonly ConversationId[]): Promise<RemovedConversation[]> {
    return this.#stored.remove(ids)
  }

  restore(removed: readonly RemovedConversation[]): Promise<void> {
    return this.#stored.restore(removed)
  }

  clear(): Promise<void> {
    return this.#stored.clear()
  }

  mend(): Promise<boolean> {
    return this.#stored.mend()
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#stored.onChange(listener)
  }
}

/** Drafts, but for those of temporary conversations, which last as long as the page. */
export class TemporaryDrafts implements DraftStore {
  readonly #stored: DraftStore
  readonly #isTemporary: (key: string) => boolean

  /** @param isTemporary whether a draft of this key must not be stored */
  constructor(stored: DraftStore, isTemporary: (key: string) => boolean) {
    this.#stored = stored
    this.#isTemporary = isTemporary
  }

  all(): Promise<ReadonlyMap<string, Draft>> {
    return this.#stored.all()
  }

  async put(key: string, draft: Draft | undefined): Promise<void> {
    if (!this.#isTemporary(key)) await this.#stored.put(key, draft)
  }
}
