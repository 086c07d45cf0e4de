import { Channel } from '../platform/channel'
import type { ConversationId } from '../shared/ids'
import { complete, ConversationDatabase } from './conversation-database'
import type {
  Change,
  Conversation,
  ConversationStore,
  Durability,
  Message,
  PagePosition,
  RemovedConversation,
} from './conversations'
import { mend } from './mend'
import { RecordCodec } from './record-codec'
import type { StoredRecord } from './record'

/** The name of the database, and of the channel on which tabs tell each other of changes. */
export const CONVERSATIONS = 'thinktab-conversations'

/** Conversations in IndexedDB; other tabs are told of changes through a channel of the database's name. */
export class IdbConversationStore implements ConversationStore {
  readonly #database: ConversationDatabase
  readonly #codec = new RecordCodec()
  readonly #channel: Channel<Change>

  constructor(name = CONVERSATIONS) {
    this.#database = new ConversationDatabase(name)
    this.#channel = new Channel(name)
  }

  async page({ before, limit }: { before?: PagePosition; limit: number }): Promise<Conversation[]> {
    const records = await this.#database.use(async (db) => {
      const found: StoredRecord[] = []
      const range = before && IDBKeyRange.upperBound(before.updatedAt)
      const index = db.transaction('conversations').store.index('updatedAt')
      // Backwards, entries with one index key come by descending primary key.
      for (let at = await index.openCursor(range, 'prev'); at && found.length < limit; at = await at.continue())
        if (!before || at.key < before.updatedAt || at.primaryKey < before.id) found.push(at.value)
      return found
    })
    return await Promise.all(records.map((record) => this.#codec.decodeConversation(record)))
  }

  async get(id: ConversationId): Promise<Conversation | undefined> {
    const record = await this.#database.use((db) => db.get('conversations', id))
    return record && (await this.#codec.decodeConversation(record))
  }

  async messages(id: ConversationId): Promise<Message[]> {
    const records = await this.#database.use((db) => db.getAllFromIndex('messages', 'conversationId', id))
    return await Promise.all(records.map((record) => this.#codec.decodeMessage(record)))
  }

  async update(
    id: ConversationId,
    change: Partial<Pick<Conversation, 'title' | 'leafId' | 'settings'>>,
  ): Promise<Conversation | undefined> {
    const encoded = await this.#codec.encodeChange(change)
    const updated = await this.#database.use((db) => {
      const transaction = db.transaction('conversations', 'readwrite')
      return complete(transaction, async () => {
        const found = await transaction.store.get(id)
        if (!found) return undefined
        const record = { ...found, ...encoded }
        await transaction.store.put(record)
        return record
      })
    })
    if (!updated) return undefined
    this.#tell({ type: 'conversation', id })
    return await this.#codec.decodeConversation(updated)
  }

  async append(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    await this.#write(conversation, messages)
    this.#tell({ type: 'conversation', id: conversation.id })
  }

  async save(message: Message, durability: Durability): Promise<void> {
    const record = await this.#codec.encodeMessage(message)
    await this.#database.use((db) => {
      const transaction = db.transaction('messages', 'readwrite', { durability })
      return complete(transaction, async () => {
        // A conversation deleted meanwhile, here or in another tab, must not come back as a message without its parent.
        if ((await transaction.store.getKey(message.id)) !== undefined) await transaction.store.put(record)
      })
    })
    if (durability === 'strict') this.#tell({ type: 'conversation', id: message.conversationId })
  }

  async remove(id: ConversationId): Promise<RemovedConversation | undefined> {
    const removed = await this.#database.use((db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      return complete(transaction, async () => {
        const conversation = await transaction.objectStore('conversations').get(id)
        const store = transaction.objectStore('messages')
        const index = store.index('conversationId')
        const [messages, keys] = await Promise.all([index.getAll(id), index.getAllKeys(id)])
        await Promise.all([
          ...keys.map((key) => store.delete(key)),
          transaction.objectStore('conversations').delete(id),
        ])
        return conversation && { conversation, messages }
      })
    })
    this.#tell({ type: 'removed', id })
    return (
      removed && {
        conversation: await this.#codec.decodeConversation(removed.conversation),
        messages: await Promise.all(removed.messages.map((record) => this.#codec.decodeMessage(record))),
      }
    )
  }

  async restore({ conversation, messages }: RemovedConversation): Promise<void> {
    await this.#write(conversation, messages)
    this.#tell({ type: 'conversation', id: conversation.id })
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#channel.listen(listener)
  }

  async mend(): Promise<boolean> {
    return await this.#database.use((db) => mend(db, this.#codec))
  }

  async #write(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    const record = await this.#codec.encodeConversation(conversation)
    const records = await Promise.all(messages.map((message) => this.#codec.encodeMessage(message)))
    await this.#database.use(async (db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      const store = transaction.objectStore('messages')
      await complete(transaction, () =>
        Promise.all([transaction.objectStore('conversations').put(record), ...records.map((one) => store.put(one))]),
      )
    })
  }

  #tell(change: Change): void {
    this.#channel.post(change)
  }
}
