import type { Conversation, Message } from '../../conversations/conversations'
import { newConversation, titleFrom } from '../../conversations/tree'
import { afterSummary } from '../../reasoning/after-summary'
import type { Replies, ReplyRequest } from '../../reasoning/replies'
import { newMessageId, type MessageId } from '../../shared/ids'
import type { ChatDependencies, ReplyOptions } from './chat.svelte'
import { LiveReply } from './live-reply.svelte'
import type { OpenConversation } from './open-conversation.svelte'
import { asWriter } from './other-writers.svelte'
import { ReplyRun } from './reply-run'

type Parts = Pick<ChatDependencies, 'replies' | 'defaults' | 'now' | 'events'> & { readonly shown: OpenConversation }

/** Writes and stores replies, one at a time. The caller makes sure that none is being written. */
export class ReplyWriting {
  /** The reply in progress, in the conversation on the page or in another one. */
  live = $state.raw<LiveReply>()
  #run: ReplyRun | undefined
  /** The text that the model writes beside the conversation. */
  #aside: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Ends the reply in progress; the text so far is kept. */
  stop(): void {
    this.#run?.stop()
  }

  /** Closes the thought of the reply in progress, so that its answer begins. */
  answerNow(): void {
    this.#run?.answerNow()
  }

  /**
   * Has the model write a text that is not part of a conversation. A reply has priority: it aborts the signal.
   *
   * @throws the signal's reason where a reply is being written; what the task throws
   */
  async aside<T>(task: (replies: Replies, signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.#endAside()
    const stop = new AbortController()
    if (this.live) stop.abort()
    stop.signal.throwIfAborted()
    const running = task(this.#parts.replies, stop.signal)
    this.#aside = { stop, ended: running.catch(() => undefined) }
    return await running
  }

  async #endAside(): Promise<void> {
    const aside = this.#aside
    this.#aside = undefined
    aside?.stop.abort()
    await aside?.ended
  }

  /** Asks, in the conversation on the page or in a new one. */
  async ask(text: string, parentId: MessageId | null, options: ReplyOptions): Promise<void> {
    const now = this.#parts.now()
    const { conversation: shown } = this.#parts.shown
    const settings = this.#parts.shown.settings.current
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
    await this.write(conversation, this.emptyReply(conversation, question.id, options), [question], options)
  }

  /** A reply without any text yet. */
  emptyReply({ id }: Conversation, parentId: MessageId, { poll }: ReplyOptions): Message {
    const { now, replies } = this.#parts
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
   * Has a reply written to its end. Nothing happens in a conversation that another tab has deleted.
   *
   * @param added messages that are not stored yet and come before it
   * @param begun the existing part of the reply
   */
  async write(
    conversation: Conversation,
    reply: Message,
    added: readonly Message[],
    options: ReplyOptions,
    begun?: ReplyRequest['begun'],
  ): Promise<void> {
    const { now, replies, defaults, shown, events } = this.#parts
    const { writes } = shown
    if (shown.isDeleted) return
    const run = new ReplyRun(new LiveReply(reply, added.length > 0, now))
    const { live } = run
    this.live = live
    this.#run = run
    // Messages after a continued reply stay in sight.
    const isShown = shown.path.some(({ id }) => id === reply.id)
    const updated = { ...conversation, updatedAt: now(), leafId: isShown ? conversation.leafId : reply.id }
    const store = shown.begin(updated, [...added, reply])
    const sent = afterSummary(shown.branches.to(reply.parentId), conversation.summary)
    const settings = { ...defaults(), ...conversation.settings, ...options.settings }
    await asWriter(reply.id, async () => {
      await store()
      options.onStored?.()
      events.onConversation(reply.conversationId)
      const checkpoint = () => {
        const soFar = { ...reply, ...live.written }
        writes.checkpoint(soFar)
        if (!conversation.temporary) shown.others.tell(soFar)
      }
      await this.#endAside()
      const request = { ...sent, settings, ...(begun && { begun }) }
      const end = await run.write(replies, request, reply.stats, { now, checkpoint })
      await this.#finish({ ...reply, ...live.written, ...end })
    })
  }

  async #finish(finished: Message): Promise<void> {
    const { shown, events } = this.#parts
    const stored = shown.ended(finished)
    this.live = undefined
    this.#run = undefined
    await stored
    events.onReply?.(finished)
  }
}
