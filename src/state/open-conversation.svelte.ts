import type { Conversation, ConversationStore, Message } from '../conversations/conversations'
import {
  newConversation,
  pathTo,
  validLeaf,
  withFoundParents,
  withMessages,
  withoutMessages,
  type MessageMap,
} from '../conversations/tree'
import type { ConversationId, MessageId } from '../shared/ids'
import { Branches } from './branches'
import { ChatSettings } from './chat-settings.svelte'
import { ChatWrites } from './chat-writes'
import { OtherWriters } from './other-writers.svelte'
import type { StorageHealth } from './storage-health.svelte'

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

/** The conversation on the page: its messages, the branch that is shown, and what other tabs do to it. */
export class OpenConversation {
  conversation = $state.raw<Conversation>()
  /** From the first question to the leaf that is shown. */
  readonly path = $derived.by(() => pathTo(this.messages, this.conversation?.leafId ?? null))
  messages = $state.raw<MessageMap>(EMPTY)
  readonly branches: Branches
  readonly settings: ChatSettings
  readonly writes: ChatWrites
  /** What other tabs are writing. */
  readonly others = new OtherWriters()
  readonly #deps: OpenConversationDependencies
  /** Counts what the page was asked to show, so that a slow read does not replace what was asked for after it. */
  #asked = 0
  /** The reply that ended last: what is read may be older than its end, or was deleted before it and put back. */
  #ended: Message | undefined

  constructor(dependencies: OpenConversationDependencies) {
    this.#deps = dependencies
    const { store, health } = dependencies
    this.branches = new Branches(this, (leafId) => this.#change({ leafId }))
    this.settings = new ChatSettings(this, (settings) => this.#change({ settings }))
    this.writes = new ChatWrites(store, health)
    store.onChange(({ type, id }) => {
      if (!this.#isShown(id)) return
      if (type === 'removed') this.#show(undefined, EMPTY)
      else void this.#refresh(id)
    })
  }

  /** Shows a stored conversation, unless another is asked for meanwhile; false if there is none of that id. */
  async open(id: ConversationId): Promise<boolean> {
    const asked = ++this.#asked
    const found = await this.#read(id)
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

  /** Takes over what was changed of a conversation's record, if it is the one on the page; what it shows stays. */
  adopt(changed: Conversation): void {
    const { conversation } = this
    if (conversation?.id !== changed.id) return
    this.conversation = { ...changed, updatedAt: conversation.updatedAt, leafId: conversation.leafId }
  }

  /** Puts messages on the page, in place of those with the same ids; the caller stores them. */
  put(conversation: Conversation, messages: readonly Message[]): void {
    this.conversation = conversation
    this.messages = withMessages(this.messages, messages)
  }

  /** Takes messages off the page; the caller has deleted them. */
  drop(conversation: Conversation, ids: readonly MessageId[]): void {
    this.conversation = conversation
    this.messages = withoutMessages(this.messages, ids)
  }

  /** The end of a reply that this tab wrote; it may be of another conversation than the one on the page. */
  ended(reply: Message): void {
    if (this.#isShown(reply.conversationId)) this.messages = withMessages(this.messages, [reply])
    this.#ended = reply
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
    this.conversation = conversation
    const ended = this.#ended
    if (ended && messages.get(ended.id)?.state === 'streaming') {
      this.messages = withMessages(messages, [ended])
      void this.writes.save(ended)
    } else {
      this.messages = messages
    }
    for (const { id, state, conversationId } of this.messages.values())
      if (state === 'streaming' && id !== this.#deps.writing()?.messageId)
        void this.others.watch(id, async () => {
          if (this.#isShown(conversationId)) await this.#refresh(conversationId)
        })
  }

  async #read(id: ConversationId): Promise<{ conversation: Conversation; messages: MessageMap } | undefined> {
    const { store, health } = this.#deps
    const found = await health.attempt('read', () => Promise.all([store.get(id), store.messages(id)]))
    const [conversation, list] = found ?? []
    if (!conversation || !list) return undefined
    const messages = withFoundParents(withMessages(EMPTY, list))
    return { conversation: { ...conversation, leafId: validLeaf(messages, conversation.leafId) }, messages }
  }

  /** Another tab wrote to the conversation on the page. What is done here while it is read is newer, and stays. */
  async #refresh(id: ConversationId): Promise<void> {
    const { conversation, messages } = this
    const found = await this.#read(id)
    if (!found || !conversation || this.conversation !== conversation || this.messages !== messages) return
    if (this.#deps.writing()?.conversationId === id)
      this.#show(
        { ...found.conversation, leafId: conversation.leafId },
        withMessages(found.messages, [...messages.values()]),
      )
    else this.#show(found.conversation, found.messages)
  }
}
