import type { Conversation, ConversationChange, Draft, Message } from './conversations'
import type { ReplySettings } from '../shared/reply-settings'
import { readConversation, readMessage, RECORD_VERSION, type StoredRecord } from './record'

/** How words are kept. Storing them encrypted is another one of these. */
export interface WordsCodec {
  encode(words: string): string | Promise<string>
  /** @throws {AppError} if what is stored cannot be read */
  decode(stored: string): string | Promise<string>
}

const PLAIN_WORDS: WordsCodec = { encode: (words) => words, decode: (stored) => stored }

/**
 * Between what the page works with and what IndexedDB keeps: every record, and every word that somebody has written, goes
 * through here. It may take longer than a transaction lasts, so it comes before a transaction or after it.
 */
export class RecordCodec {
  readonly #words: WordsCodec

  constructor(words = PLAIN_WORDS) {
    this.#words = words
  }

  /** A damaged message is written back as it was found. */
  async encodeMessage({ damaged, ...message }: Message): Promise<StoredRecord> {
    if (damaged) return damaged
    return { ...message, version: RECORD_VERSION, text: await this.#words.encode(message.text) }
  }

  async decodeMessage(record: StoredRecord): Promise<Message> {
    const message = readMessage(record)
    if (message.damaged) return message
    const text = await this.#words.decode(message.text)
    return text === message.text ? message : { ...message, text }
  }

  async encodeConversation(conversation: Conversation): Promise<StoredRecord> {
    return { ...conversation, version: RECORD_VERSION, ...(await this.encodeChange(conversation)) }
  }

  async decodeConversation(record: StoredRecord): Promise<Conversation> {
    const conversation = readConversation(record)
    const { title, settings, folder, summary } = conversation
    const instructions = settings?.instructions
    return {
      ...conversation,
      title: await this.#words.decode(title),
      ...(folder !== undefined && { folder: await this.#words.decode(folder) }),
      ...(summary && { summary: { ...summary, text: await this.#words.decode(summary.text) } }),
      ...(instructions !== undefined && {
        settings: { ...settings, instructions: await this.#words.decode(instructions) },
      }),
    }
  }

  /** What of a conversation's record is about to change, as it is stored. */
  async encodeChange<C extends ConversationChange>(change: C): Promise<C> {
    const { title, settings, folder, summary } = change
    const instructions = settings?.instructions
    const encodedSettings: ReplySettings | undefined =
      instructions === undefined ? settings : { ...settings, instructions: await this.#words.encode(instructions) }
    return {
      ...change,
      ...(title !== undefined && { title: await this.#words.encode(title) }),
      // An empty word takes these off, so there is nothing to encode.
      ...(folder && { folder: await this.#words.encode(folder) }),
      ...(summary?.text && { summary: { ...summary, text: await this.#words.encode(summary.text) } }),
      ...(encodedSettings && { settings: encodedSettings }),
    }
  }

  async encodeDraft(id: string, { text, pasted }: Draft): Promise<StoredRecord> {
    const encode = async (words: string) => await this.#words.encode(words)
    return {
      id,
      version: RECORD_VERSION,
      text: await encode(text),
      pasted: await Promise.all(pasted.map(encode)),
    }
  }

  async decodeDraft({ text, pasted }: StoredRecord): Promise<Draft> {
    const decode = async (words: unknown) => (typeof words === 'string' ? await this.#words.decode(words) : '')
    return { text: await decode(text), pasted: await Promise.all(Array.isArray(pasted) ? pasted.map(decode) : []) }
  }
}
