import { queueKey, type Message } from '../../conversations/conversations'
import type { Chat } from './chat.svelte'
import type { Drafts } from './drafts.svelte'

/**
 * Questions that wait for the reply in progress, by conversation. They are stored like drafts, so a reload loses none.
 */
export class QuestionQueue {
  readonly #chat: Chat
  readonly #drafts: Drafts

  constructor(chat: Chat, drafts: Drafts) {
    this.#chat = chat
    this.#drafts = drafts
  }

  /** The questions of the conversation on the page, first to last. */
  get waiting(): readonly string[] {
    return this.#drafts.of(this.#key).pasted
  }

  add(question: string): void {
    this.#set([...this.waiting, question])
  }

  /** Changes a question; a blank one is dropped. */
  change(at: number, question: string): void {
    this.#set(question.trim() === '' ? this.waiting.toSpliced(at, 1) : this.waiting.with(at, question))
  }

  /** Asks the first question of the conversation on the page, if no reply is being written. */
  async next(): Promise<void> {
    const [first, ...rest] = this.waiting
    const { live, shown } = this.#chat
    if (first === undefined || live || shown.isDeleted || shown.others.isWriting(shown.path.at(-1))) return
    const onStored = this.#drafts.send(this.#key, { text: '', pasted: rest })
    await this.#chat.send(first, { onStored })
  }

  /**
   * A reply has ended, so the next question is asked. After a failure the question waits, because it would fail too.
   */
  async ended(reply: Message): Promise<void> {
    if (reply.state !== 'error') await this.next()
  }

  #set(questions: readonly string[]): void {
    this.#drafts.set(this.#key, { text: '', pasted: questions })
  }

  get #key(): string {
    return queueKey(this.#chat.shown.conversation?.id ?? 'new')
  }
}
