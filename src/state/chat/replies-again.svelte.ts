import type { Message } from '../../conversations/conversations'
import type { MessageId } from '../../shared/ids'
import type { ReplyOptions } from './chat.svelte'
import type { OpenConversation } from './open-conversation.svelte'
import type { ReplyWriting } from './reply-writing.svelte'

/** Asks and answers once more, as branches beside the existing ones. Nothing happens while a reply is being written. */
export class RepliesAgain {
  /** The question that somebody wants to put into other words; its field takes it from here. */
  toEdit = $state<MessageId>()
  readonly #shown: OpenConversation
  readonly #writing: ReplyWriting

  constructor(shown: OpenConversation, writing: ReplyWriting) {
    this.#shown = shown
    this.#writing = writing
  }

  /** Asks again in other words: a new branch beside the question. */
  async edit(question: Message, text: string, options: ReplyOptions = {}): Promise<void> {
    if (this.#writing.live || text.trim() === '') return
    await this.#writing.ask(text, question.parentId, options)
  }

  /** Has a question answered, or answered once more: a new branch beside its answers. */
  async answer(question: Message, options: ReplyOptions = {}): Promise<void> {
    const { conversation } = this.#shown
    if (this.#writing.live || !conversation) return
    const reply = this.#writing.emptyReply(conversation, question.id, options)
    await this.#writing.write(conversation, reply, [], options)
  }

  /** Has the question of a reply answered again. */
  async regenerate(reply: Message, options: ReplyOptions = {}): Promise<void> {
    const question = reply.parentId === null ? undefined : this.#shown.messages.get(reply.parentId)
    if (question) await this.answer(question, options)
  }

  /** Lets a reply that broke off continue from its last token. */
  async continue(reply: Message): Promise<void> {
    const { conversation } = this.#shown
    if (this.#writing.live || !conversation || this.#shown.others.isWriting(reply)) return
    const { error, atLimit, atLongest, ...begun } = reply
    await this.#writing.write(conversation, { ...begun, state: 'streaming' }, [], {}, begun)
  }

  /** Writes a reply again, continuing other words, as a branch beside it. */
  async rewrite(reply: Message, text: string, options: ReplyOptions = {}): Promise<void> {
    const { conversation } = this.#shown
    if (this.#writing.live || !conversation || reply.parentId === null) return
    const { opensThought, withoutThought } = reply
    const begun = { text, ...(opensThought && { opensThought }), ...(withoutThought && { withoutThought }) }
    const branch = { ...this.#writing.emptyReply(conversation, reply.parentId, {}), ...begun }
    await this.#writing.write(conversation, branch, [], options, begun)
  }
}
