import { Channel } from '../platform/channel'
import type { ConversationId, MessageId } from '../shared/ids'
import { complete, conversationDatabase, type ConversationDatabase } from './conversation-database'
import type {
  Change,
  Conversation,
  ConversationChange,
  ConversationStore,
  Durability,
  Message,
  PagePosition,
  RemovedConversation,
} from './conversations'
import { RecordCodec, type RecordSeal } from './record-codec'
import type { StoredRecord } from './record'

/** The name of the database, and of the channel on which tabs tell each other of changes. */
export const CONVERSATIONS = 'thinktab-conversations'

/** Conversations in IndexedDB; other tabs are told of changes through a channel of the database's name. */
export class IdbConversationStore implements ConversationStore {
  readonly #database: ConversationDatabase
  readonly #codec: RecordCodec
  readonly #channel: Channel<Change>

  /** @param seal encrypts what is stored; without one, records are in plain words */
  constructor(name = CONVERSATIONS, seal?: RecordSeal) {
    this.#codec = new RecordCodec(seal)
    this.#database = conversationDatabase(name)
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

  async batch({ after, limit }: { after?: ConversationId; limit: number }): Promise<Conversation[]> {
    const range = after === undefined ? null : IDBKeyRange.lowerBound(after, true)
    const records = await this.#database.use((db) => db.getAll('conversations', range, limit))
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

  async find(ids: readonly MessageId[]): Promise<Message[]> {
    const records = await this.#database.use((db) => {
      const { store } = db.transaction('messages')
      return Promise.all(ids.map((id) => store.get(id)))
    })
    return await Promise.all(
      records.filter((record) => record !== undefined).map((record) => this.#codec.decodeMessage(record)),
    )
  }

  async update(id: ConversationId, change: ConversationChange): Promise<Conversation | undefined> {
    const encoded = await this.#codec.encodeChange(id, change)
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
    const [record, ...records] = await Promise.all([
      this.#codec.encodeConversation(conversation),
      ...messages.map((message) => this.#codec.encodeMessage(message)),
    ])
    await this.#database.use((db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      const [conversations, store] = [transaction.objectStore('conversations'), transaction.objectStore('messages')]
      return complete(transaction, async () => {
        const found = await conversations.get(conversation.id)
        const { updatedAt, leafId } = conversation
        // A title, pin or folder that another tab has set meanwhile stays.
        await Promise.all([
          conversations.put(found ? { ...found, updatedAt, leafId } : record),
          ...records.map((one) => store.put(one)),
        ])
      })
    })
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

  async removeMessages({ id, updatedAt, leafId }: Conversation, ids: readonly MessageId[]): Promise<void> {
    await this.#database.use((db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      const [conversations, store] = [transaction.objectStore('conversations'), transaction.objectStore('messages')]
      return complete(transaction, async () => {
        const found = await conversations.get(id)
        if (!found) return
        await Promise.all([
          ...ids.map((each) => store.delete(each)),
          conversations.put({ ...found, updatedAt, leafId }),
        ])
      })
    })
    this.#tell({ type: 'conversation', id })
  }

  async remove(ids: readonly ConversationId[]): Promise<RemovedConversation[]> {
    const removed = await this.#database.use((db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      const [conversations, store] = [transaction.objectStore('conversations'), transaction.objectStore('messages')]
      const index = store.index('conversationId')
      const removeOne = async (id: ConversationId) => {
        const conversation = await conversations.get(id)
        const [messages, keys] = await Promise.all([index.getAll(id), index.getAllKeys(id)])
        await Promise.all([...keys.map((key) => store.delete(key)), conversations.delete(id)])
        return conversation ? [{ conversation, messages }] : []
      }
      return complete(transaction, () => Promise.all(ids.map(removeOne)))
    })
    for (const id of ids) this.#tell({ type: 'removed', id })
    return await Promise.all(
      removed.flat().map(async ({ conversation, messages }) => ({
        conversation: await this.#codec.decodeConversation(conversation),
        messages: await Promise.all(messages.map((record) => this.#codec.decodeMessage(record))),
      })),
    )
  }

  async restore(removed: readonly RemovedConversation[]): Promise<void> {
    await this.#write(removed)
    for (const { conversation } of removed) this.#tell({ type: 'conversation', id: conversation.id })
  }

  async clear(): Promise<void> {
    const ids = await this.#database.use((db) => {
      const transaction = db.transaction(['conversations', 'messages', 'drafts'], 'readwrite', { durability: 'strict' })
      return complete(transaction, async () => {
        const keys = await transaction.objectStore('conversations').getAllKeys()
        await Promise.all([...transaction.objectStoreNames].map((name) => transaction.objectStore(name).clear()))
        return keys
      })
    })
    for (const id of ids) this.#tell({ type: 'removed', id: id as ConversationId })
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#channel.listen(listener)
  }

  async mend(): Promise<boolean> {
    // After the first paint, which does not wait for it.
    const { mend } = await import('./mend')
    return await this.#database.use((db) => mend(db, this.#codec))
  }

  async #write(written: readonly RemovedConversation[]): Promise<void> {
    const encoded = await Promise.all(
      written.map(async ({ conversation, messages }) => ({
        record: await this.#codec.encodeConversation(conversation),
        records: await Promise.all(messages.map((message) => this.#codec.encodeMessage(message))),
      })),
    )
    await this.#database.use(async (db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      const [conversations, store] = [transaction.objectStore('conversations'), transaction.objectStore('messages')]
      await complete(transaction, () =>
        Promise.all(
          encoded.flatMap(({ record, records }) => [
            putNew(conversations, record),
            ...records.map((one) => putNew(store, one)),
          ]),
        ),
      )
    })
  }

  #tell(change: Change): void {
    this.#channel.post(change)
  }
}

/** The part of an object store that `putNew` needs. */
interface Place {
  getKey(key: string): Promise<string | undefined>
  put(record: StoredRecord): Promise<string>
}

async function putNew(place: Place, record: StoredRecord): Promise<void> {
  if ((await place.getKey(String(record['id']))) === undefined) await place.put(record)
}
