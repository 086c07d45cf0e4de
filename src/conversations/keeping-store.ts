import { toAppError, type AppError } from '../shared/errors'
import type { ConversationId, MessageId } from '../shared/ids'
import type { Conversation, ConversationChange, Durability, Message, RemovedConversation } from './conversations'
import { IdbConversationStore } from './idb-conversation-store'
import { readConversation } from './record'
import type { RecordSeal } from './record-codec'

/** What could not be stored is tried again this often, in ms. */
const RETRY_MS = 5000

/** What the database lacks of one conversation. An entry is replaced, never changed. */
interface Unsaved {
  /** Its record, if that could not be stored either. */
  readonly conversation: Conversation | undefined
  readonly messages: ReadonlyMap<MessageId, Message>
  /** Why the last try failed. */
  readonly error: AppError
}

/**
 * A store that loses nothing while the page is open: messages that cannot be stored stay in memory, and are found there
 * like stored ones. The call fails all the same, so that the page can say so. They are stored with the next write that
 * works, or when a later try works.
 */
export class KeepingStore extends IdbConversationStore {
  readonly #unsaved = new Map<ConversationId, Unsaved>()
  readonly #onCaughtUp: () => void
  #retry: ReturnType<typeof setTimeout> | undefined

  /** @param name of the database @param onCaughtUp called when all that was in memory only is stored @param seal encrypts */
  constructor(name: string, onCaughtUp: () => void, seal?: RecordSeal) {
    super(name, seal)
    this.#onCaughtUp = onCaughtUp
    this.onChange(({ type, id }) => {
      if (type === 'removed') this.#forget(id)
    })
  }

  /** Whether anything is in memory only. */
  get isBehind(): boolean {
    return this.#unsaved.size > 0
  }

  override async page(options: Parameters<IdbConversationStore['page']>[0]): Promise<Conversation[]> {
    const found = await this.#found(() => super.page(options), [])
    return options.before ? found : [...(await this.#onlyHere()), ...found]
  }

  override async batch(options: Parameters<IdbConversationStore['batch']>[0]): Promise<Conversation[]> {
    const found = await this.#found(() => super.batch(options), [])
    return found.length < options.limit ? [...found, ...(await this.#onlyHere())] : found
  }

  override async get(id: ConversationId): Promise<Conversation | undefined> {
    const own = this.#unsaved.get(id)?.conversation
    const found = await this.#found(() => super.get(id), own)
    return found && own ? { ...found, updatedAt: own.updatedAt, leafId: own.leafId } : (found ?? own)
  }

  override async messages(id: ConversationId): Promise<Message[]> {
    const unsaved = this.#unsaved.get(id)?.messages
    const found = await this.#found(() => super.messages(id), unsaved && [])
    return unsaved ? [...new Map([...idsOf(found), ...unsaved]).values()] : found
  }

  override async update(id: ConversationId, change: ConversationChange): Promise<Conversation | undefined> {
    const updated = await super.update(id, change)
    const unsaved = this.#unsaved.get(id)
    if (updated || !unsaved?.conversation) return updated
    const conversation = readConversation({ ...unsaved.conversation, ...change })
    this.#unsaved.set(id, { ...unsaved, conversation })
    return conversation
  }

  override async append(conversation: Conversation, messages: readonly Message[]): Promise<void> {
    const { id } = conversation
    await this.#store(id, conversation, messages)
  }

  override async save(message: Message, durability: Durability): Promise<void> {
    const id = message.conversationId
    const unsaved = this.#unsaved.get(id)
    if (!unsaved) {
      await super.save(message, durability).catch((error: unknown) => this.#keep(id, undefined, [message], error))
      return
    }
    // The end of the reply, or a later try, stores it.
    if (durability === 'relaxed') this.#keep(id, undefined, [message], unsaved.error)
    await this.#store(id, unsaved.conversation, [message])
  }

  override async removeMessages(conversation: Conversation, ids: readonly MessageId[]): Promise<void> {
    await super.removeMessages(conversation, ids)
    const unsaved = this.#unsaved.get(conversation.id)
    if (!unsaved) return
    const messages = new Map([...unsaved.messages].filter(([id]) => !ids.includes(id)))
    this.#unsaved.set(conversation.id, { ...unsaved, conversation: unsaved.conversation && conversation, messages })
  }

  override async remove(ids: readonly ConversationId[]): Promise<RemovedConversation[]> {
    const behind = await Promise.all(
      ids
        .filter((id) => this.#unsaved.has(id))
        .map(async (id) => [await this.get(id), await this.messages(id)] as const),
    )
    const removed = await super.remove(ids)
    for (const id of ids) this.#forget(id)
    void this.#catchUp()
    const whole = behind.flatMap(([conversation, messages]) => (conversation ? [{ conversation, messages }] : []))
    return [...new Map([...removed, ...whole].map((one) => [one.conversation.id, one])).values()]
  }

  override async clear(): Promise<void> {
    await super.clear()
    this.#unsaved.clear()
    this.#onCaughtUp()
  }

  /** Stores messages with all that is missing of their conversation. */
  async #store(
    id: ConversationId,
    conversation: Conversation | undefined,
    messages: readonly Message[],
  ): Promise<void> {
    const unsaved = this.#unsaved.get(id)
    const all = [...new Map([...(unsaved?.messages ?? []), ...idsOf(messages)]).values()]
    try {
      if (conversation) await super.append(conversation, all)
      else for (const message of all) await super.save(message, 'strict')
    } catch (error) {
      this.#keep(id, conversation, messages, error)
    }
    // What came meanwhile is not stored yet.
    if (!unsaved || this.#unsaved.get(id) !== unsaved) return
    this.#forget(id)
  }

  /** It is stored now, or nobody wants it any more. */
  #forget(id: ConversationId): void {
    if (this.#unsaved.delete(id) && !this.isBehind) this.#onCaughtUp()
  }

  #keep(
    id: ConversationId,
    conversation: Conversation | undefined,
    messages: readonly Message[],
    thrown: unknown,
  ): never {
    const unsaved = this.#unsaved.get(id)
    const error = toAppError(thrown)
    this.#unsaved.set(id, {
      conversation: conversation ?? unsaved?.conversation,
      messages: new Map([...(unsaved?.messages ?? []), ...idsOf(messages)]),
      error,
    })
    this.#retry ??= setTimeout(() => void this.#catchUp(), RETRY_MS)
    throw error
  }

  async #catchUp(): Promise<void> {
    clearTimeout(this.#retry)
    this.#retry = undefined
    for (const [id, { conversation }] of this.#unsaved)
      // It is kept on, and tried again.
      await this.#store(id, conversation, []).catch(() => undefined)
    if (this.isBehind) this.#retry ??= setTimeout(() => void this.#catchUp(), RETRY_MS)
  }

  /** Conversations that the database does not know. */
  async #onlyHere(): Promise<Conversation[]> {
    const own = [...this.#unsaved.values()].flatMap(({ conversation }) => conversation ?? [])
    const known = await Promise.all(own.map(({ id }) => super.get(id).catch(() => undefined)))
    return own.filter((_, at) => !known[at])
  }

  /** What the database has; where it cannot be read, but something is kept here, `otherwise`. */
  async #found<T>(read: () => Promise<T>, otherwise: T | undefined): Promise<T> {
    return await read().catch((error: unknown) => {
      if (otherwise === undefined || !this.isBehind) throw toAppError(error)
      return otherwise
    })
  }
}

const idsOf = (messages: readonly Message[]) => messages.map((message) => [message.id, message] as const)
