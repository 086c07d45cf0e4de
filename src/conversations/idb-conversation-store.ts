import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { storageError } from '../platform/storage-error'
import type { ConversationId, MessageId } from '../shared/ids'
import type {
  Change,
  Conversation,
  ConversationStore,
  Durability,
  Message,
  PagePosition,
  RemovedConversation,
} from './conversations'

interface Schema extends DBSchema {
  conversations: { key: ConversationId; value: Conversation; indexes: { updatedAt: number } }
  messages: { key: MessageId; value: Message; indexes: { conversationId: ConversationId } }
}

/** Conversations in IndexedDB; other tabs are told of changes through a BroadcastChannel of the database's name. */
export class IdbConversationStore implements ConversationStore {
  readonly #name: string
  readonly #channel: BroadcastChannel
  #database: Promise<IDBPDatabase<Schema>> | undefined

  constructor(name = 'thinktab-conversations') {
    this.#name = name
    this.#channel = new BroadcastChannel(name)
  }

  page({ before, limit }: { before?: PagePosition; limit: number }): Promise<Conversation[]> {
    return this.#use(async (db) => {
      const found: Conversation[] = []
      const range = before && IDBKeyRange.upperBound(before.updatedAt)
      const index = db.transaction('conversations').store.index('updatedAt')
      // Backwards, entries with one index key come by descending primary key.
      for (let at = await index.openCursor(range, 'prev'); at && found.length < limit; at = await at.continue())
        if (!before || at.value.updatedAt < before.updatedAt || at.value.id < before.id) found.push(at.value)
      return found
    })
  }

  get(id: ConversationId): Promise<Conversation | undefined> {
    return this.#use((db) => db.get('conversations', id))
  }

  messages(id: ConversationId): Promise<Message[]> {
    return this.#use((db) => db.getAllFromIndex('messages', 'conversationId', id))
  }

  async update(
    id: ConversationId,
    change: Partial<Pick<Conversation, 'title' | 'leafId'>>,
  ): Promise<Conversation | undefined> {
    const updated = await this.#use((db) => {
      const transaction = db.transaction('conversations', 'readwrite')
      return complete(transaction, async () => {
        const found = await transaction.store.get(id)
        if (!found) return undefined
        const conversation = { ...found, ...change }
        await transaction.store.put(conversation)
        return conversation
      })
    })
    if (updated) this.#tell({ type: 'conversation', id })
    return updated
  }

  async append(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    await this.#write(conversation, messages)
    this.#tell({ type: 'conversation', id: conversation.id })
  }

  async save(message: Message, durability: Durability): Promise<void> {
    await this.#use((db) => {
      const transaction = db.transaction('messages', 'readwrite', { durability })
      return complete(transaction, async () => {
        // A conversation deleted meanwhile, here or in another tab, must not come back as a message without its parent.
        if ((await transaction.store.getKey(message.id)) !== undefined) await transaction.store.put(message)
      })
    })
    if (durability === 'strict') this.#tell({ type: 'conversation', id: message.conversationId })
  }

  async remove(id: ConversationId): Promise<RemovedConversation | undefined> {
    const removed = await this.#use((db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      return complete(transaction, async () => {
        const conversation = await transaction.objectStore('conversations').get(id)
        const store = transaction.objectStore('messages')
        const messages = await store.index('conversationId').getAll(id)
        await Promise.all([
          ...messages.map((message) => store.delete(message.id)),
          transaction.objectStore('conversations').delete(id),
        ])
        return conversation && { conversation, messages }
      })
    })
    this.#tell({ type: 'removed', id })
    return removed
  }

  async restore({ conversation, messages }: RemovedConversation): Promise<void> {
    await this.#write(conversation, messages)
    this.#tell({ type: 'conversation', id: conversation.id })
  }

  onChange(listener: (change: Change) => void): () => void {
    const receive = (event: MessageEvent<Change>) => {
      listener(event.data)
    }
    this.#channel.addEventListener('message', receive)
    return () => {
      this.#channel.removeEventListener('message', receive)
    }
  }

  #write(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    return this.#use(async (db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      const store = transaction.objectStore('messages')
      await complete(transaction, () =>
        Promise.all([
          transaction.objectStore('conversations').put(conversation),
          ...messages.map((message) => store.put(message)),
        ]),
      )
    })
  }

  #tell(change: Change): void {
    this.#channel.postMessage(change)
  }

  async #use<T>(action: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await action(await this.#open())
    } catch (error) {
      throw storageError(error)
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => (this.#database = undefined)
    this.#database ??= openDB<Schema>(this.#name, 1, {
      upgrade(db) {
        db.createObjectStore('conversations', { keyPath: 'id' }).createIndex('updatedAt', 'updatedAt')
        db.createObjectStore('messages', { keyPath: 'id' }).createIndex('conversationId', 'conversationId')
      },
      // A newer page in another tab wants to upgrade: step aside, and open again at the next use.
      blocking(_current, _next, event) {
        ;(event.target as IDBDatabase).close()
        forget()
      },
      terminated: forget,
    })
    this.#database.catch(forget)
    return this.#database
  }
}

/** Waits for the work and for the end of its transaction together: after a failure both reject, and both are heard. */
async function complete<T>(transaction: { readonly done: Promise<void> }, work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([work(), transaction.done])
  return result
}
