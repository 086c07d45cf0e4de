import type { DBSchema } from 'idb'
import { Database } from '../platform/database'
import type { StoredRecord } from './record'

/** Records are what any version, or a damaged disk, has left; `record.ts` reads them. */
export interface ConversationSchema extends DBSchema {
  conversations: { key: string; value: StoredRecord; indexes: { updatedAt: number } }
  messages: { key: string; value: StoredRecord; indexes: { conversationId: string } }
  drafts: { key: string; value: StoredRecord }
}

/** The database of conversations. */
export type ConversationDatabase = Database<ConversationSchema>

export const conversationDatabase = (name: string): ConversationDatabase =>
  new Database<ConversationSchema>(name, 2, (db, from) => {
    if (from < 1) {
      db.createObjectStore('conversations', { keyPath: 'id' }).createIndex('updatedAt', 'updatedAt')
      db.createObjectStore('messages', { keyPath: 'id' }).createIndex('conversationId', 'conversationId')
    }
    db.createObjectStore('drafts', { keyPath: 'id' })
  })

/** Waits for the work and for the end of its transaction together: after a failure both reject, and both are heard. */
export async function complete<T>(transaction: { readonly done: Promise<void> }, work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([work(), transaction.done])
  return result
}
