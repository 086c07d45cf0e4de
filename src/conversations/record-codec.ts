import type { Conversation, ConversationChange, Draft, Message } from './conversations'
import { readConversation, readMessage, RECORD_VERSION, type StoredRecord } from './record'

/** The object stores of the database, which hold one kind of record each. */
export type RecordKind = 'conversations' | 'messages' | 'drafts'

/** Encrypts records: a vault is one. */
export interface RecordSeal {
  /** Ids, dates and what else the database sorts and counts by stay readable; every word does not. */
  close(kind: RecordKind, record: StoredRecord): StoredRecord | Promise<StoredRecord>
  /** A part that cannot be decrypted is left out; what was stored in plain words comes back as it is. */
  open(kind: RecordKind, record: StoredRecord): StoredRecord | Promise<StoredRecord>
}

const PLAIN_WORDS: RecordSeal = { close: (_, record) => record, open: (_, record) => record }

/**
 * Between what the page works with and what IndexedDB keeps: every record goes through here. Encryption may take longer
 * than a transaction lasts, so it comes before a transaction or after it.
 */
export class RecordCodec {
  readonly #seal: RecordSeal

  /** @param seal without one, records are kept in plain words */
  constructor(seal = PLAIN_WORDS) {
    this.#seal = seal
  }

  /** A damaged message is written back as it was found. */
  async encodeMessage({ damaged, ...message }: Message): Promise<StoredRecord> {
    return await this.#seal.close('messages', damaged ?? { ...message, version: RECORD_VERSION })
  }

  async decodeMessage(record: StoredRecord): Promise<Message> {
    return readMessage(await this.#seal.open('messages', record))
  }

  async encodeConversation(conversation: Conversation): Promise<StoredRecord> {
    return await this.#seal.close('conversations', { ...conversation, version: RECORD_VERSION })
  }

  async decodeConversation(record: StoredRecord): Promise<Conversation> {
    return readConversation(await this.#seal.open('conversations', record))
  }

  /** What of a conversation's record is about to change, as it is stored. */
  async encodeChange(id: string, change: ConversationChange): Promise<StoredRecord> {
    return await this.#seal.close('conversations', { ...change, id })
  }

  async encodeDraft(id: string, { text, pasted }: Draft): Promise<StoredRecord> {
    return await this.#seal.close('drafts', { id, version: RECORD_VERSION, text, pasted })
  }

  async decodeDraft(record: StoredRecord): Promise<Draft> {
    const { text, pasted } = await this.#seal.open('drafts', record)
    const words = (value: unknown) => (typeof value === 'string' ? value : '')
    return { text: words(text), pasted: Array.isArray(pasted) ? pasted.map(words) : [] }
  }
}
