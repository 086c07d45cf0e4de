import type { Message } from '../../conversations/conversations'
import { tally } from '../../reasoning/tally'
import type { Chat } from './chat.svelte'

/** The temperature for several answers to one question: with the likeliest token each time, all would be the same. */
const POLL_TEMPERATURE = 0.6

/** Has one question answered several times, and shows the answer that most of them agree on. */
export class Poll {
  /** The number of the answer that is being written, and the total; undefined without a vote. */
  progress = $state.raw<{ readonly current: number; readonly count: number }>()
  readonly #chat: Chat
  readonly #temperature: () => number

  /** @param temperature the temperature of replies without settings */
  constructor(chat: Chat, temperature: () => number) {
    this.#chat = chat
    this.#temperature = temperature
  }

  /**
   * Asks, and has the question answered this often. A stop, or a failure, ends the vote; the existing answers are
   * counted.
   */
  async ask(text: string, count: number, onStored?: () => void): Promise<void> {
    const chat = this.#chat
    if (chat.live || this.progress) return
    const poll = crypto.randomUUID()
    const { temperature = this.#temperature(), seed } = chat.next.settings
    const options = (at: number) => ({
      poll,
      settings: {
        temperature: temperature === 0 ? POLL_TEMPERATURE : temperature,
        ...(seed !== undefined && { seed: (seed + at) % 2 ** 32 }),
      },
    })
    try {
      this.progress = { current: 1, count }
      await chat.send(text, { ...options(0), ...(onStored && { onStored }) })
      const question = questionOf(chat, poll)
      if (!question) return
      for (let at = 1; at < count && this.#lastEnded(question, poll); at += 1) {
        this.progress = { current: at + 1, count }
        await chat.again.answer(question, options(at))
      }
      await this.#showWinner(question, poll)
    } finally {
      this.progress = undefined
    }
  }

  /** Whether the newest answer came to its end, and its conversation is still on the page. */
  #lastEnded(question: Message, poll: string): boolean {
    return votesOf(this.#chat, question, poll).at(-1)?.state === 'done'
  }

  async #showWinner(question: Message, poll: string): Promise<void> {
    const [winner] = tally(votesOf(this.#chat, question, poll))[0]?.votes ?? []
    if (winner && this.#chat.shown.conversation?.id === question.conversationId)
      await this.#chat.shown.branches.show(winner)
  }
}

/** The question of a vote, if it is in the conversation on the page. */
function questionOf(chat: Chat, poll: string): Message | undefined {
  const first = [...chat.shown.messages.values()].find((reply) => reply.poll === poll)
  return first && first.parentId !== null ? chat.shown.messages.get(first.parentId) : undefined
}

/** The replies to a question that belong to one vote, first to last. */
function votesOf(chat: Chat, question: Message, poll: string): Message[] {
  return [...chat.shown.messages.values()].filter((reply) => reply.parentId === question.id && reply.poll === poll)
}
