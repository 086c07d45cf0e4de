import type { Conversation, ConversationStore, Message } from '../conversations/conversations'
import { newConversation, titleFrom } from '../conversations/tree'
import type { Replies, ReplyRequest } from '../reasoning/replies'
import { afterSummary } from '../reasoning/after-summary'
import { newMessageId, type ConversationId, type MessageId } from '../shared/ids'
import type { ReplySettings } from '../shared/reply-settings'
import type { ChatTools } from './chat-tools'
import { LiveReply } from './live-reply.svelte'
import { OpenConversation } from './open-conversation.svelte'
import { asWriter } from './other-writers.svelte'
import { ReplyRun } from './reply-run'
import type { StorageHealth } from './storage-health.svelte'

export interface ChatDependencies {
  readonly store: ConversationStore
  readonly replies: Replies
  readonly health: StorageHealth
  /** What applies where a conversation has no settings of its own. */
  readonly defaults: () => ReplySettings
  /** ms since the epoch */
  readonly now: () => number
  /** Told when a reply has ended, however. */
  readonly onReply?: (reply: Message) => void
  /** Told when a conversation's record changed, so that lists can follow. */
  readonly onConversation: (id: ConversationId) => void
}

/** What one reply is written by beside the settings of its conversation. */
export interface ReplyOptions {
  /** Goes before the conversation's own settings. */
  readonly settings?: ReplySettings
  /** Marks replies that belong to one vote. */
  readonly poll?: string
}

/** Asks, and has replies written, one at a time. */
export class Chat {
  /** What the page shows. */
  readonly shown: OpenConversation
  /** The reply in progress, in the conversation on the page or in another one. */
  live = $state.raw<LiveReply>()
  /** The reply in progress, if it belongs to the conversation on the page. */
  readonly liveHere = $derived.by(() =>
    this.live?.conversationId === this.shown.conversation?.id ? this.live : undefined,
  )
  #run: ReplyRun | undefined
  /** What the model writes beside the conversation. */
  #aside: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined
  #tools: Promise<ChatTools> | undefined
  readonly #deps: ChatDependencies

  constructor(dependencies: ChatDependencies) {
    this.#deps = dependencies
    dependencies.store.onChange(({ type, id }) => {
      if (type === 'removed' && this.live?.conversationId === id) this.stop()
    })
    this.shown = new OpenConversation({ ...dependencies, writing: () => this.live })
  }

  /** What applies to the next reply: the conversation's settings over the defaults. */
  get settings(): ReplySettings {
    return { ...this.#deps.defaults(), ...this.shown.settings }
  }

  /** What replies are sampled at where nothing is set, once a model is loaded. */
  get sampling(): Replies['sampling'] {
    return this.#deps.replies.sampling
  }

  /** What is not needed to ask and answer. */
  tools(): Promise<ChatTools> {
    this.#tools ??= this.#makeTools().catch((error: unknown) => {
      this.#tools = undefined
      throw error
    })
    return this.#tools
  }

  async #makeTools(): Promise<ChatTools> {
    const { ChatTools: Tools } = await import('./chat-tools')
    return new Tools(this, { ...this.#deps, temperature: () => this.sampling?.temperature ?? 0 })
  }

  /** What would be sent with this question, in tokens; undefined as long as no model is loaded. */
  async measure(question: string): ReturnType<Replies['measure']> {
    const { turns, ...rest } = afterSummary(this.shown.path, this.shown.conversation?.summary)
    const asked = [...turns, { role: 'user' as const, text: question }]
    return await this.#deps.replies.measure({ ...rest, turns: asked, settings: this.settings })
  }

  /**
   * Has the model write something that is no part of a conversation. A reply goes before it: it aborts the signal.
   *
   * @throws the signal's reason where a reply is being written; what the task throws
   */
  async aside<T>(task: (replies: Replies, signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.#endAside()
    const stop = new AbortController()
    if (this.live) stop.abort()
    stop.signal.throwIfAborted()
    const running = task(this.#deps.replies, stop.signal)
    this.#aside = { stop, ended: running.catch(() => undefined) }
    return await running
  }

  async #endAside(): Promise<void> {
    const aside = this.#aside
    this.#aside = undefined
    aside?.stop.abort()
    await aside?.ended
  }

  /** Asks. Nothing happens while a reply is being written, here or to the last question on the page, or for a blank one. */
  async send(text: string, options: ReplyOptions = {}): Promise<void> {
    if (this.live || this.shown.answeredElsewhere || text.trim() === '') return
    await this.#ask(text, this.shown.conversation?.leafId ?? null, options)
  }

  /** Asks again in other words: a new branch beside the question. */
  async edit(question: Message, text: string): Promise<void> {
    if (this.live || text.trim() === '') return
    await this.#ask(text, question.parentId, {})
  }

  /** Has a question answered, once more if it was already: a new branch beside what it has. */
  async answer(question: Message, options: ReplyOptions = {}): Promise<void> {
    const { conversation } = this.shown
    if (this.live || !conversation) return
    const reply = this.#emptyReply(conversation, question.id, options)
    await this.#write(conversation, reply, [], options)
  }

  /** Has the question before a reply answered again. */
  async regenerate(reply: Message, options: ReplyOptions = {}): Promise<void> {
    const question = reply.parentId === null ? undefined : this.shown.messages.get(reply.parentId)
    if (question) await this.answer(question, options)
  }

  /** Lets a reply that broke off go on from its last token. */
  async continue(reply: Message): Promise<void> {
    const { conversation } = this.shown
    if (this.live || !conversation || this.shown.isWrittenElsewhere(reply)) return
    const { error, atLimit, atLongest, ...begun } = reply
    await this.#write(conversation, { ...begun, state: 'streaming' }, [], {}, begun)
  }

  /** Writes a reply anew, going on from other words, as a branch beside it. */
  async rewrite(reply: Message, text: string): Promise<void> {
    const { conversation } = this.shown
    if (this.live || !conversation || reply.parentId === null) return
    const { opensThought, withoutThought } = reply
    const begun = { text, ...(opensThought && { opensThought }), ...(withoutThought && { withoutThought }) }
    const branch = { ...this.#emptyReply(conversation, reply.parentId, {}), ...begun }
    await this.#write(conversation, branch, [], {}, begun)
  }

  /** Ends the reply in progress; what has come is kept. */
  stop(): void {
    this.#run?.stop()
  }

  /** Closes the thought of the reply in progress, so that its answer begins. */
  answerNow(): void {
    this.#run?.answerNow()
  }

  async #ask(text: string, parentId: MessageId | null, options: ReplyOptions): Promise<void> {
    const now = this.#deps.now()
    const { conversation: shown, settings } = this.shown
    const conversation: Conversation = shown ?? {
      ...newConversation(titleFrom(text), now),
      ...(Object.keys(settings).length > 0 && { settings }),
    }
    const question: Message = {
      id: newMessageId(),
      conversationId: conversation.id,
      parentId,
      role: 'user',
      createdAt: now,
      state: 'done',
      text,
    }
    await this.#write(conversation, this.#emptyReply(conversation, question.id, options), [question], options)
  }

  #emptyReply({ id }: Conversation, parentId: MessageId, { poll }: ReplyOptions): Message {
    const { now, replies } = this.#deps
    return {
      id: newMessageId(),
      conversationId: id,
      parentId,
      role: 'assistant',
      createdAt: now(),
      state: 'streaming',
      text: '',
      modelId: replies.modelId,
      ...(poll !== undefined && { poll }),
    }
  }

  /**
   * Has a reply written to its end.
   *
   * @param added messages that are not stored yet and come before it
   * @param begun what there is of the reply already
   */
  async #write(
    conversation: Conversation,
    reply: Message,
    added: readonly Message[],
    options: ReplyOptions,
    begun?: ReplyRequest['begun'],
  ): Promise<void> {
    const { now, replies, defaults } = this.#deps
    const { writes } = this.shown
    const run = new ReplyRun(new LiveReply(reply, added.length > 0, now))
    const { live } = run
    this.live = live
    this.#run = run
    // What follows a reply that goes on stays in sight.
    const isShown = this.shown.path.some(({ id }) => id === reply.id)
    const updated = { ...conversation, updatedAt: now(), leafId: isShown ? conversation.leafId : reply.id }
    this.shown.put(updated, [...added, reply])
    const sent = afterSummary(this.shown.pathTo(reply.parentId), conversation.summary)
    const settings = { ...defaults(), ...conversation.settings, ...options.settings }
    await asWriter(reply.id, async () => {
      await writes.append(updated, [...added, reply])
      this.#deps.onConversation(reply.conversationId)
      const checkpoint = () => {
        writes.checkpoint({ ...reply, ...live.written })
      }
      await this.#endAside()
      const request = { ...sent, settings, ...(begun && { begun }) }
      const end = await run.write(replies, request, reply.stats, { now, checkpoint })
      await this.#finish(updated, added, { ...reply, ...live.written, ...end })
    })
  }

  async #finish(conversation: Conversation, added: readonly Message[], finished: Message): Promise<void> {
    const { writes } = this.shown
    this.shown.ended(finished)
    this.live = undefined
    this.#run = undefined
    if (writes.isBehind(conversation.id)) await writes.append(conversation, [...added, finished])
    else await writes.save(finished)
    this.#deps.onReply?.(finished)
  }
}
