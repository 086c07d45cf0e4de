import type { Conversation, ConversationStore, Message, ReplyStats } from '../conversations/conversations'
import {
  newConversation,
  newestLeaf,
  pathTo,
  siblings,
  titleFrom,
  validLeaf,
  withFoundParents,
  withMessages,
  type MessageMap,
} from '../conversations/tree'
import type { Replies, ReplyEvent } from '../reasoning/replies'
import { isAbort, toAppError } from '../shared/errors'
import { newMessageId, type ConversationId, type MessageId } from '../shared/ids'
import { ChatWrites } from './chat-writes'
import { LiveReply } from './live-reply.svelte'
import { asWriter, OtherWriters } from './other-writers.svelte'
import type { StorageHealth } from './storage-health.svelte'

/** A reply that is being written is stored this often, in ms. */
const CHECKPOINT_MS = 500

const EMPTY: MessageMap = new Map()

export interface ChatDependencies {
  readonly store: ConversationStore
  readonly replies: Replies
  readonly health: StorageHealth
  /** ms since the epoch */
  readonly now: () => number
  /** Told when a conversation's record changed, so that lists can follow. */
  readonly onConversation: (id: ConversationId) => void
}

/** The conversation on the page: its messages, and the reply that is being written. */
export class Chat {
  conversation = $state.raw<Conversation>()
  /** The reply in progress, in this conversation or in another one. */
  live = $state.raw<LiveReply>()
  /** The reply in progress, if it belongs to the conversation on the page. */
  readonly liveHere = $derived(this.live?.conversationId === this.conversation?.id ? this.live : undefined)
  /** From the first question to the leaf that is shown. */
  readonly path = $derived.by(() => pathTo(this.#messages, this.conversation?.leafId ?? null))
  /** Whether another tab is writing the last reply on the page. */
  readonly answeredElsewhere = $derived.by(() => {
    const last = this.path.at(-1)
    return last !== undefined && this.isWrittenElsewhere(last)
  })
  #messages = $state.raw<MessageMap>(EMPTY)
  readonly #others = new OtherWriters()
  #stop: AbortController | undefined
  /** Counts what the page was asked to show, so that a slow read does not replace what was asked for after it. */
  #asked = 0
  /** The reply that ended last: what is read may be older than its end, or was deleted before it and put back. */
  #ended: Message | undefined
  readonly #writes: ChatWrites
  readonly #deps: ChatDependencies

  constructor(dependencies: ChatDependencies) {
    this.#deps = dependencies
    const held = () => ({ conversation: this.conversation, messages: this.#messages })
    this.#writes = new ChatWrites(dependencies.store, dependencies.health, held)
    dependencies.store.onChange(({ type, id }) => {
      if (type === 'removed' && this.live?.conversationId === id) this.stop()
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

  /** Asks. Nothing happens while a reply is being written, here or to the last question on the page, or for a blank one. */
  async send(text: string): Promise<void> {
    if (this.live || this.answeredElsewhere || text.trim() === '') return
    await this.#ask(text, this.conversation?.leafId ?? null)
  }

  /** Asks again in other words: a new branch beside the question. */
  async edit(question: Message, text: string): Promise<void> {
    if (this.live || text.trim() === '') return
    await this.#ask(text, question.parentId)
  }

  /** Has the question before a reply answered again: a new branch beside the reply. */
  async regenerate(reply: Message): Promise<void> {
    const question = reply.parentId === null ? undefined : this.#messages.get(reply.parentId)
    if (this.live || !question || !this.conversation) return
    await this.#answer(this.conversation, question, [])
  }

  /** Ends the reply in progress; what has come is kept. */
  stop(): void {
    this.#stop?.abort()
  }

  /** Whether another tab is writing this reply now. */
  isWrittenElsewhere(reply: Message): boolean {
    return this.#others.replies.has(reply.id)
  }

  /** Stores what a failed write left on the page only, now that there may be room for it. */
  async catchUp(): Promise<void> {
    await this.#writes.catchUp()
  }

  /** The messages beside this one, itself included. */
  branches(message: Message): Message[] {
    return siblings(this.#messages, message)
  }

  /** Shows the branch of a message, down to its newest leaf. */
  async showBranch(message: Message): Promise<void> {
    if (!this.conversation) return
    const { id } = this.conversation
    const leafId = newestLeaf(this.#messages, message.id)
    this.conversation = { ...this.conversation, leafId }
    await this.#deps.health.attempt('write', () => this.#deps.store.update(id, { leafId }))
    this.#deps.onConversation(id)
  }

  /** Shows the branch of a message unless it is shown; false if there is no such message here. */
  async reveal(id: MessageId): Promise<boolean> {
    const message = this.#messages.get(id)
    if (message && !this.path.includes(message)) await this.showBranch(message)
    return message !== undefined
  }

  async #ask(text: string, parentId: MessageId | null): Promise<void> {
    const now = this.#deps.now()
    const conversation = this.conversation ?? newConversation(titleFrom(text), now)
    const question: Message = {
      id: newMessageId(),
      conversationId: conversation.id,
      parentId,
      role: 'user',
      createdAt: now,
      state: 'done',
      text,
    }
    await this.#answer(conversation, question, [question])
  }

  async #answer(conversation: Conversation, question: Message, added: readonly Message[]): Promise<void> {
    const { now, replies } = this.#deps
    const reply: Message = {
      id: newMessageId(),
      conversationId: conversation.id,
      parentId: question.id,
      role: 'assistant',
      createdAt: now(),
      state: 'streaming',
      text: '',
      modelId: replies.modelId,
    }
    const live = new LiveReply(reply, added.includes(question), now)
    this.live = live
    const updated = { ...conversation, updatedAt: now(), leafId: reply.id }
    this.conversation = updated
    this.#messages = withMessages(this.#messages, [...added, reply])
    const turns = pathTo(this.#messages, question.id)
    const stop = new AbortController()
    this.#stop = stop
    await asWriter(reply.id, async () => {
      await this.#writes.append(updated, [...added, reply])
      this.#deps.onConversation(reply.conversationId)
      const end = await this.#generate(reply, live, turns, stop.signal)
      await this.#finish(updated, added, { ...reply, ...end, ...live.written })
    })
  }

  async #finish(conversation: Conversation, added: readonly Message[], finished: Message): Promise<void> {
    if (this.#isShown(conversation.id)) this.#messages = withMessages(this.#messages, [finished])
    this.#ended = finished
    this.live = undefined
    this.#stop = undefined
    if (this.#writes.isBehind(conversation.id)) await this.#writes.append(conversation, [...added, finished])
    else await this.#writes.save(finished)
  }

  #isShown(id: ConversationId): boolean {
    return this.conversation?.id === id
  }

  #show(conversation: Conversation | undefined, messages: MessageMap): void {
    this.conversation = conversation
    const ended = this.#ended
    if (ended && messages.get(ended.id)?.state === 'streaming') {
      this.#messages = withMessages(messages, [ended])
      void this.#writes.save(ended)
    } else {
      this.#messages = messages
    }
    for (const { id, state, conversationId } of this.#messages.values())
      if (state === 'streaming' && id !== this.live?.messageId)
        void this.#others.watch(id, async () => {
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
    const { conversation } = this
    const messages = this.#messages
    const found = await this.#read(id)
    if (!found || !conversation || this.conversation !== conversation || this.#messages !== messages) return
    if (this.live?.conversationId === id || this.#writes.isBehind(id))
      this.#show(
        { ...found.conversation, leafId: conversation.leafId },
        withMessages(found.messages, [...messages.values()]),
      )
    else this.#show(found.conversation, found.messages)
  }

  /** Streams the reply into `live`; returns how it ended. */
  async #generate(
    reply: Message,
    live: LiveReply,
    turns: readonly Message[],
    signal: AbortSignal,
  ): Promise<Partial<Message>> {
    try {
      let stored = this.#deps.now()
      for await (const event of this.#deps.replies.write(turns, signal)) {
        if (event.type === 'done') return endOf(event)
        if (event.type === 'begun') {
          live.opensThought = event.opensThought
          stored = this.#deps.now()
          continue
        }
        live.push(event.text, event.tokens)
        if (this.#deps.now() - stored < CHECKPOINT_MS) continue
        stored = this.#deps.now()
        this.#writes.checkpoint({ ...reply, ...live.written })
      }
      return { state: 'stopped' }
    } catch (error) {
      return isAbort(error) ? { state: 'stopped' } : { state: 'error', error: toAppError(error).toRecord() }
    }
  }
}

function endOf({ reason, usage }: Extract<ReplyEvent, { type: 'done' }>): Partial<Message> {
  return {
    state: reason === 'stop' ? 'done' : 'stopped',
    stats: statsOf(usage),
    ...(reason === 'length' ? { atLimit: true } : {}),
  }
}

/** Field by field, so that a change of the engine's counts does not change what is stored. */
function statsOf({
  promptTokens,
  prefilledTokens,
  newTokens,
  prefillMs,
  decodeMs,
  droppedTurns,
}: ReplyStats): ReplyStats {
  return { promptTokens, prefilledTokens, newTokens, prefillMs, decodeMs, droppedTurns }
}
