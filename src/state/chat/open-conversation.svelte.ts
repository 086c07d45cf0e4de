import { SvelteMap } from 'svelte/reactivity'
import type { Conversation, ConversationStore, Message } from '../../conversations/conversations'
import {
  newConversation,
  pathTo,
  validLeaf,
  withFoundParents,
  withMessages,
  withoutMessages,
  type MessageMap,
} from '../../conversations/tree'
import type { ConversationId, MessageId } from '../../shared/ids'
import { Branches } from './branches'
import { ChatSettings } from './chat-settings.svelte'
import { ChatWrites } from './chat-writes'
import { OtherWriters } from './other-writers.svelte'
import type { StorageHealth } from '../site/storage-health.svelte'

const EMPTY: MessageMap = new Map()

export interface OpenConversationDependencies {
  readonly store: ConversationStore
  readonly health: StorageHealth
  /** ms since the epoch */
  readonly now: () => number
  /** Told when a conversation's record changed, so that lists can follow. */
  readonly onConversation: (id: ConversationId) => void
  /** The reply that this tab is writing. */
  readonly writing: () => { readonly messageId: MessageId; readonly conversationId: ConversationId } | undefined
}

/** A conversation with its messages, as the page shows them. */
interface Shown {
  readonly conversation: Conversation
  readonly messages: MessageMap
}

/** The ends of so many replies are kept in memory. */
const ENDS = 20

/** The conversation on the page: its messages, the branch that is shown, and what other tabs do to it. */
export class OpenConversation {
  conversation = $state.raw<Conversation>()
  /** From the first question to the leaf that is shown. */
  readonly path = $derived.by(() => pathTo(this.messages, this.conversation?.leafId ?? null))
  messages = $state.raw<MessageMap>(EMPTY)
  /** Whether another tab, or the browser, has deleted it, so that only this tab has it. */
  readonly isDeleted = $derived.by(() => this.conversation !== undefined && this.#deleted.has(this.conversation.id))
  readonly branches: Branches
  readonly settings: ChatSettings
  readonly writes: ChatWrites
  /** What other tabs are writing. */
  readonly others = new OtherWriters()
  readonly #deps: OpenConversationDependencies
  /** Counts what the page was asked to show, so that a slow read does not replace what was asked for after it. */
  #asked = 0
  /** Conversations that were on this page when another tab deleted them, as this tab has them. */
  readonly #deleted = new SvelteMap<ConversationId, Shown>()
  /** The last reply that ended in each of the conversations asked in last: what is read may be older than its end. */
  readonly #ended = new SvelteMap<ConversationId, Message>()
  /** The messages of the reply that begins here, until they are stored. */
  #begun: readonly Message[] = []
  /** The reply whose end is being stored. */
  #ending: MessageId | undefined
  /** Whether another tab wrote to the conversation on the page while this tab wrote a reply in it. */
  #isOutdated = false

  constructor(dependencies: OpenConversationDependencies) {
    this.#deps = dependencies
    const { store, health } = dependencies
    this.branches = new Branches(this, (leafId) => this.#change({ leafId }))
    this.settings = new ChatSettings(this, (settings) => this.#change({ settings }))
    this.writes = new ChatWrites(store, health)
    store.onChange(({ type, id }) => {
      if (type === 'removed') this.#keepDeleted(id)
      void this.#refresh(id)
    })
    this.others.onText((reply) => {
      if (this.#isShown(reply.conversationId)) this.messages = withMessages(this.messages, [reply])
    })
  }

  /**
   * Shows a conversation that is stored, or that another tab has deleted while it was shown here. Nothing happens if another
   * one is asked for meanwhile.
   *
   * @returns false if there is none of that id
   */
  async open(id: ConversationId): Promise<boolean> {
    const asked = ++this.#asked
    const found = (await this.#read(id)) ?? this.#deleted.get(id)
    if (found && asked === this.#asked) this.#show(found.conversation, found.messages)
    return found !== undefined || asked !== this.#asked
  }

  /** Shows an empty conversation; it is stored with its first question. */
  startNew(): void {
    this.#asked += 1
    this.settings.forget()
    this.#show(undefined, EMPTY)
  }

  /** Shows an empty conversation that is never stored; nothing happens where one is shown already. */
  startTemporary(): void {
    if (this.conversation?.temporary) return
    this.#asked += 1
    this.#show({ ...newConversation('', this.#deps.now()), temporary: true }, EMPTY)
  }

  /**
   * Stores the conversation on the page again, which another tab has deleted, with all that this tab has of it.
   *
   * @returns whether that worked
   */
  async putBack(): Promise<boolean> {
    const { conversation } = this
    return conversation !== undefined && (await this.#complete(conversation.id))
  }

  /** Takes over what was changed of a conversation's record, if it is the one on the page; what it shows stays. */
  adopt(changed: Conversation): void {
    const { conversation } = this
    if (conversation?.id !== changed.id) {
      // It may have been put back, without the end of its reply.
      if (this.#ended.has(changed.id)) void this.#read(changed.id)
      return
    }
    this.conversation = { ...changed, updatedAt: conversation.updatedAt, leafId: conversation.leafId }
  }

  /** Puts messages on the page, in place of those with the same ids; the caller stores them. */
  put(conversation: Conversation, messages: readonly Message[]): void {
    this.conversation = conversation
    this.messages = withMessages(this.messages, messages)
  }

  /** Puts the messages of a reply that begins on the page. @returns a function that stores them */
  begin(conversation: Conversation, messages: readonly Message[]): () => Promise<void> {
    this.put(conversation, messages)
    this.#begun = messages
    return async () => {
      await this.writes.append(conversation, messages)
      this.#begun = []
    }
  }

  /** Takes messages that the caller has deleted off the page, where their conversation is still on it. */
  drop({ id, updatedAt, leafId }: Conversation, ids: readonly MessageId[]): void {
    if (this.conversation?.id !== id) return
    this.conversation = { ...this.conversation, updatedAt, leafId }
    this.messages = withoutMessages(this.messages, ids)
  }

  /** Takes back messages that the caller has stored again, where their conversation is still on the page. */
  takeBack({ id, updatedAt, leafId }: Conversation, messages: readonly Message[]): void {
    if (this.conversation?.id !== id) return
    this.conversation = { ...this.conversation, updatedAt, leafId }
    this.messages = withMessages(this.messages, messages)
  }

  /** Shows and stores the end of a reply that this tab wrote; it may be of another conversation than the one on the page. */
  async ended(reply: Message): Promise<void> {
    const id = reply.conversationId
    const deleted = this.#deleted.get(id)
    // It may have been deleted while it was written.
    if (this.#isShown(id) && this.messages.has(reply.id)) this.messages = withMessages(this.messages, [reply])
    else if (deleted) this.#deleted.set(id, { ...deleted, messages: withMessages(deleted.messages, [reply]) })
    this.#keepEnd(id, reply)
    this.#ending = reply.id
    await this.writes.save(reply)
    this.#ending = undefined
    // No tab tells of a database that the browser has deleted.
    if (await this.#deps.health.attempt('read', async () => !(await this.#deps.store.get(id)))) this.#keepDeleted(id)
    // Its question may have been stored behind the deletion.
    else if (this.#deleted.has(id) || this.#isOutdated) await this.#refresh(id)
    this.#isOutdated = false
  }

  #keepEnd(id: ConversationId, reply: Message): void {
    this.#ended.delete(id)
    this.#ended.set(id, reply)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > ENDS && oldest !== undefined) this.#ended.delete(oldest)
  }

  #isShown(id: ConversationId): boolean {
    return this.conversation?.id === id
  }

  /** Changes a part of the record, here and in the store. */
  async #change(change: Partial<Pick<Conversation, 'leafId' | 'settings'>>): Promise<void> {
    if (!this.conversation) return
    const { id } = this.conversation
    this.conversation = { ...this.conversation, ...change }
    await this.#deps.health.attempt('write', () => this.#deps.store.update(id, change))
    this.#deps.onConversation(id)
  }

  #show(conversation: Conversation | undefined, messages: MessageMap): void {
    if (this.conversation?.id !== conversation?.id) this.#keepDeleted(this.conversation?.id, this.isDeleted)
    this.conversation = conversation
    this.messages = messages
    for (const { id, state, conversationId } of this.messages.values())
      if (state === 'streaming' && id !== this.#deps.writing()?.messageId)
        void this.others.watch(id, async () => {
          if (this.#isShown(conversationId)) await this.#refresh(conversationId)
        })
  }

  /** Notes that the conversation on the page is in this tab only, and how it is now. */
  #keepDeleted(id: ConversationId | undefined, isDeleted = true): void {
    const { conversation, messages } = this
    if (isDeleted && conversation && conversation.id === id) this.#deleted.set(id, { conversation, messages })
  }

  /** Stores what the store lacks of a conversation that another tab has deleted. @returns whether that worked */
  async #complete(id: ConversationId): Promise<boolean> {
    this.#keepDeleted(id)
    const kept = this.#deleted.get(id)
    if (!kept) return false
    const { store, health, onConversation } = this.#deps
    const done = await health.attempt('write', async () => {
      await store.restore([{ conversation: kept.conversation, messages: [...kept.messages.values()] }])
      return true
    })
    if (!done) return false
    this.#deleted.delete(id)
    onConversation(id)
    // The tab that deleted it may have put it back, without the end of the reply.
    await this.#read(id)
    return true
  }

  async #read(id: ConversationId): Promise<Shown | undefined> {
    const { store, health } = this.#deps
    const found = await health.attempt('read', () => Promise.all([store.get(id), store.messages(id)]))
    const [conversation, list] = found ?? []
    if (!conversation || !list) return undefined
    const begun = this.#begun.filter(({ conversationId }) => conversationId === id)
    const messages = withFoundParents(withMessages(EMPTY, [...(await this.#withEnd(id, list)), ...begun]))
    const leafId = validLeaf(messages, begun.at(-1)?.id ?? conversation.leafId)
    return { conversation: { ...conversation, leafId }, messages }
  }

  /**
   * The messages with the end of the reply that this tab wrote last, where an earlier state was read: the end is on its
   * way, or the conversation was deleted before it and put back, and then it is stored now.
   */
  async #withEnd(id: ConversationId, messages: readonly Message[]): Promise<readonly Message[]> {
    const end = this.#ended.get(id)
    const read = end && messages.find((message) => message.id === end.id)
    if (!end || read?.state !== 'streaming' || this.#deps.writing()?.messageId === end.id) return messages
    if (this.#ending !== end.id) {
      // Another tab may let it go on.
      if (!end.text.startsWith(read.text) || (await this.others.isWritten(end.id))) return messages
      await this.writes.save(end)
    }
    return messages.map((message) => (message === read ? end : message))
  }

  /**
   * Another tab wrote to a conversation. What is done here to the one on the page while it is read is newer, so it is read
   * again. One that was deleted may be back: put back there, or by a question that was asked here at the same moment.
   */
  async #refresh(id: ConversationId): Promise<void> {
    const { conversation, messages } = this
    if (!this.#isShown(id) && !this.#deleted.has(id) && !this.#ended.has(id)) return
    let found = await this.#read(id)
    if (found && this.#deleted.has(id) && (await this.#complete(id))) found = await this.#read(id)
    if (!this.#isShown(id) || !found || !conversation) return
    if (this.conversation !== conversation || this.messages !== messages) {
      await this.#refresh(id)
      return
    }
    const live = this.#deps.writing()
    if (live?.conversationId === id) {
      // Its question may not be stored yet. What others delete meanwhile goes when the reply has ended.
      this.#isOutdated = true
      const stored = [...found.messages.values()].filter((message) => message.id !== live.messageId)
      this.#show({ ...found.conversation, leafId: conversation.leafId }, withMessages(messages, stored))
    } else this.#show(found.conversation, found.messages)
  }
}
