import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { inTime, storageError } from '../platform/storage-error'
import type { StoredRecord } from './record'

/** Records are what any version, or a damaged disk, has left; `record.ts` reads them. */
export interface ConversationSchema extends DBSchema {
  conversations: { key: string; value: StoredRecord; indexes: { updatedAt: number } }
  messages: { key: string; value: StoredRecord; indexes: { conversationId: string } }
  drafts: { key: string; value: StoredRecord }
}

const VERSION = 2

/** The database of conversations, opened when it is first used and again after it was closed for another tab's sake. */
export class ConversationDatabase {
  readonly #name: string
  #database: (() => Promise<IDBPDatabase<ConversationSchema>>) | undefined

  constructor(name: string) {
    this.#name = name
  }

  /** @throws {AppError} `storage-unavailable`, `storage-silent`, `storage-newer` or `storage-full` */
  async use<T>(action: (db: IDBPDatabase<ConversationSchema>) => Promise<T>): Promise<T> {
    try {
      return await action(await this.#open())
    } catch (error) {
      throw storageError(error)
    }
  }

  /** It opens again at the next use. */
  async close(): Promise<void> {
    const opened = await this.#database?.()
    this.#database = undefined
    opened?.close()
  }

  #open(): Promise<IDBPDatabase<ConversationSchema>> {
    const forget = () => (this.#database = undefined)
    if (this.#database) return this.#database()
    const opening = openDB<ConversationSchema>(this.#name, VERSION, {
      upgrade(db, from) {
        if (from < 1) {
          db.createObjectStore('conversations', { keyPath: 'id' }).createIndex('updatedAt', 'updatedAt')
          db.createObjectStore('messages', { keyPath: 'id' }).createIndex('conversationId', 'conversationId')
        }
        db.createObjectStore('drafts', { keyPath: 'id' })
      },
      // A newer page in another tab wants to upgrade: step aside, and open again at the next use.
      blocking(_current, _next, event) {
        ;(event.target as IDBDatabase).close()
        forget()
      },
      terminated: forget,
    })
    opening.catch(forget)
    this.#database = inTime(opening)
    return this.#database()
  }
}

/** Waits for the work and for the end of its transaction together: after a failure both reject, and both are heard. */
export async function complete<T>(transaction: { readonly done: Promise<void> }, work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([work(), transaction.done])
  return result
}
