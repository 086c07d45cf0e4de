import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { storageError } from '../platform/storage-error'
import type { ConversationId, MessageId } from '../shared/ids'
import type { Change, Conversation, ConversationStore, Durability, Message, RemovedConversation } from './conversations'

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

  page({ before = Infinity, limit }: { before?: number; limit: number }): Promise<Conversation[]> {
    return this.#use(async (db) => {
      const found: Conversation[] = []
      const range = IDBKeyRange.upperBound(before, true)
      const index = db.transaction('conversations').store.index('updatedAt')
      for (let at = await index.openCursor(range, 'prev'); at && found.length < limit; at = await at.continue())
        found.push(at.value)
      return found
    })
  }

  get(id: ConversationId): Promise<Conversation | undefined> {
    return this.#use((db) => db.get('conversations', id))
  }

  messages(id: ConversationId): Promise<Message[]> {
    return this.#use((db) => db.getAllFromIndex('messages', 'conversationId', id))
  }

  async put(conversation: Conversation): Promise<void> {
    await this.#use((db) => db.put('conversations', conversation))
    this.#tell({ type: 'conversation', id: conversation.id })
  }

  async append(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    await this.#write(conversation, messages)
    this.#tell({ type: 'conversation', id: conversation.id })
  }

  async save(message: Message, durability: Durability): Promise<void> {
    await this.#use(async (db) => {
      const transaction = db.transaction('messages', 'readwrite', { durability })
      // A conversation deleted meanwhile, here or in another tab, must not come back as a message without its parent.
      if ((await transaction.store.getKey(message.id)) !== undefined) await transaction.store.put(message)
      await transaction.done
    })
    if (durability === 'strict') this.#tell({ type: 'conversation', id: message.conversationId })
  }

  async remove(id: ConversationId): Promise<RemovedConversation | undefined> {
    const removed = await this.#use(async (db) => {
      const transaction = db.transaction(['conversations', 'messages'], 'readwrite', { durability: 'strict' })
      const conversation = await transaction.objectStore('conversations').get(id)
      const store = transaction.objectStore('messages')
      const messages = await store.index('conversationId').getAll(id)
      await Promise.all([
        ...messages.map((message) => store.delete(message.id)),
        transaction.objectStore('conversations').delete(id),
      ])
      await transaction.done
      return conversation && { conversation, messages }
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
      await Promise.all([
        transaction.objectStore('conversations').put(conversation),
        ...messages.map((message) => store.put(message)),
      ])
      await transaction.done
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
