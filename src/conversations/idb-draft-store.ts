import { conversationDatabase, type ConversationDatabase } from './conversation-database'
import type { Draft, DraftStore } from './conversations'
import { CONVERSATIONS } from './idb-conversation-store'
import { RecordCodec, type RecordSeal } from './record-codec'

/** Drafts beside the conversations that they are for. */
export class IdbDraftStore implements DraftStore {
  readonly #database: ConversationDatabase
  readonly #codec: RecordCodec
  #last = Promise.resolve()

  /** @param seal encrypts what is stored */
  constructor(name = CONVERSATIONS, seal?: RecordSeal) {
    this.#codec = new RecordCodec(seal)
    this.#database = conversationDatabase(name)
  }

  /** Resolves when all that was put has been stored, or could not be. */
  async written(): Promise<void> {
    await this.#last
  }

  async all(): Promise<ReadonlyMap<string, Draft>> {
    const records = await this.#database.use((db) => db.getAll('drafts'))
    const drafts = records.map(async (record) => [String(record['id']), await this.#codec.decodeDraft(record)] as const)
    return new Map(await Promise.all(drafts))
  }

  put(key: string, draft: Draft | undefined): Promise<void> {
    // In turn: encoding one takes longer than deleting it, and the last one must win.
    const written = this.#last.then(() => this.#write(key, draft))
    this.#last = written.catch(() => undefined)
    return written
  }

  async #write(key: string, draft: Draft | undefined): Promise<void> {
    const record = draft && (await this.#codec.encodeDraft(key, draft))
    await this.#database.use(async (db) => {
      const transaction = db.transaction('drafts', 'readwrite', { durability: 'relaxed' })
      const written = record ? transaction.store.put(record) : transaction.store.delete(key)
      // At once, so that a page which is closed now has stored what was typed last.
      transaction.commit()
      await Promise.all([written, transaction.done])
    })
  }
}
