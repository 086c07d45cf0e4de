import type { ConversationSummary, Message } from '../../conversations/conversations'
import type { PromptSize } from '../../engine/engine'
import { isDeclined } from '../../reasoning/declined'
import { afterSummary, turnsOf } from '../../reasoning/after-summary'
import { longestSummary, summaryRequest } from '../../reasoning/summary'
import type { Replies } from '../../reasoning/replies'
import { splitReply } from '../../reasoning/think-parser'
import { isAbort, toAppError, type AppError } from '../../shared/errors'
import type { ConversationId, MessageId } from '../../shared/ids'
import type { Chat } from './chat.svelte'

/** Messages of up to this many characters are not cut any more. */
const SHORTEST = 32

/** A summary that a person checks before it is used. */
interface Draft {
  readonly conversationId: ConversationId
  /** The last message that it replaces. */
  readonly through: MessageId
  /** How many turns it replaces, without those of an earlier summary. */
  readonly turns: number
}

type Save = (id: ConversationId, summary: ConversationSummary) => Promise<boolean>

/**
 * Has the model sum up the oldest turns of the conversation on the page; a person can read and change the text before
 * it is used.
 */
export class Summaries {
  draft = $state.raw<Draft>()
  /** The summary so far; the person may change it. */
  text = $state('')
  state = $state<'none' | 'writing' | 'ready' | 'failed'>('none')
  /** Present while it is written in parts, because the turns do not fit at once. */
  progress = $state.raw<{ readonly done: number; readonly total: number }>({ done: 0, total: 0 })
  error = $state.raw<AppError>()
  /** Whether the model answered that it cannot sum up, so that the person has to. */
  declined = $state(false)
  /** The last removed summary, while it can be put back. */
  removed = $state.raw<{ readonly conversationId: ConversationId; readonly summary: ConversationSummary }>()
  readonly #chat: Chat
  readonly #save: Save
  #stop: AbortController | undefined

  /** @param save stores a conversation's summary; one without text removes it. False if that failed */
  constructor(chat: Chat, save: Save) {
    this.#chat = chat
    this.#save = save
  }

  /**
   * Writes a summary of the oldest half of the turns, or of all turns that are left out of the next prompt.
   *
   * @param dropped turns that are left out of the next prompt
   */
  async write(dropped: number): Promise<void> {
    const { conversation, path } = this.#chat.shown
    if (!conversation || this.state === 'writing' || this.#chat.live) return
    const { turns: sent, summary = '' } = afterSummary(path, conversation.summary)
    const turns = turnsOf(sent).filter((turn) => !turn.some(({ pinned }) => pinned))
    const old = turns.slice(0, Math.max(1, dropped, Math.ceil(turns.length / 2)))
    const last = old.at(-1)?.at(-1)
    if (!last) return
    this.draft = { conversationId: conversation.id, through: last.id, turns: old.length }
    this.text = ''
    this.error = undefined
    this.declined = false
    this.state = 'writing'
    const stop = new AbortController()
    this.#stop = stop
    try {
      let modelId: string | undefined
      this.text = await this.#chat.aside((replies, aside) => {
        modelId = replies.modelId
        return this.#sumUp(replies, old, summary, AbortSignal.any([stop.signal, aside]))
      })
      this.state = 'ready'
      this.declined = isDeclined(modelId, this.text)
      if (this.declined) this.text = ''
    } catch (error) {
      // The person can finish the text that has come.
      if (isAbort(error)) this.state = this.text.trim() === '' ? 'none' : 'ready'
      else {
        this.error = toAppError(error)
        this.state = 'failed'
      }
    }
  }

  /** Ends the writing; the text so far stays as a draft. */
  stop(): void {
    this.#stop?.abort()
  }

  /** Sends the summary from now on. Does nothing if the summary is empty or cannot be stored. */
  async use(): Promise<void> {
    const { draft } = this
    const text = this.text.trim()
    if (!draft || text === '' || this.state === 'writing') return
    if (await this.#save(draft.conversationId, { through: draft.through, text })) this.discard()
  }

  /** Discards the draft. */
  discard(): void {
    this.stop()
    this.draft = undefined
    this.text = ''
    this.error = undefined
    this.state = 'none'
  }

  /** Changes the summary of the conversation on the page; without text its turns are sent unchanged again. */
  async change(text: string): Promise<void> {
    const { conversation } = this.#chat.shown
    const old = conversation?.summary
    if (!old) return
    const saved = await this.#save(conversation.id, { through: old.through, text: text.trim() })
    if (saved && text.trim() === '') this.removed = { conversationId: conversation.id, summary: old }
  }

  /** Puts back the last removed summary. */
  async undo(): Promise<void> {
    const { removed } = this
    if (removed && (await this.#save(removed.conversationId, removed.summary))) this.removed = undefined
  }

  /** The time for undo is over. */
  forgetRemoved(): void {
    this.removed = undefined
  }

  async #sumUp(
    replies: Replies,
    turns: readonly (readonly Message[])[],
    before: string,
    signal: AbortSignal,
  ): Promise<string> {
    let soFar = before
    let done = 0
    while (done < turns.length) {
      this.progress = { done, total: turns.length }
      const part = await this.#fitting(replies, turns.slice(done), soFar, signal)
      soFar = await this.#ask(replies, summaryRequest(part.messages, soFar), signal)
      done += part.turns
    }
    return soFar
  }

  /** As many of these turns as fit into one request, at least one; a turn that does not fit alone loses its middle. */
  async #fitting(
    replies: Replies,
    turns: readonly (readonly Message[])[],
    soFar: string,
    signal: AbortSignal,
  ): Promise<{ messages: readonly Message[]; turns: number }> {
    for (let count = turns.length; count > 1; count = Math.ceil(count / 2)) {
      const messages = turns.slice(0, count).flat()
      if (await this.#fits(replies, summaryRequest(messages, soFar), signal)) return { messages, turns: count }
    }
    let messages = turns[0] ?? []
    while (
      messages.some(({ text }) => text.length > SHORTEST) &&
      !(await this.#fits(replies, summaryRequest(messages, soFar), signal))
    )
      messages = messages.map(shortened)
    return { messages, turns: 1 }
  }

  async #fits(replies: Replies, text: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted()
    try {
      const size = await replies.measure(requestOf(text, undefined))
      return !size || size.promptTokens + longestSummary(size.contextWindow) <= size.contextWindow
    } catch (error) {
      if (toAppError(error).code === 'prompt-too-long') return false
      throw error
    }
  }

  async #ask(replies: Replies, text: string, signal: AbortSignal): Promise<string> {
    const size = await replies.measure(requestOf(text, undefined))
    let written = ''
    let opened = false
    const { signal: answerNow } = new AbortController()
    for await (const event of replies.write(requestOf(text, size), { signal, answerNow })) {
      if (event.type === 'begun') {
        opened = !event.opensThought
        written = event.text
      }
      if (event.type === 'delta') written += event.text
      this.text = splitReply(written, opened).answer.trim()
      if (event.type === 'done' && event.reason === 'abort') signal.throwIfAborted()
    }
    return this.text
  }
}

/** Without a thought: R1 would think longer about a summary than the turns are long. */
function requestOf(text: string, size: PromptSize | undefined) {
  return {
    turns: [{ role: 'user' as const, text }],
    settings: { effort: 'off' as const, ...(size && { longestAnswer: longestSummary(size.contextWindow) }) },
  }
}

/** A message with the middle half of its question or answer cut out. */
function shortened(message: Message): Message {
  const text = message.role === 'user' ? message.text : splitReply(message.text, !message.opensThought).answer
  const quarter = Math.floor(text.length / 4)
  return { ...message, opensThought: true, text: `${text.slice(0, quarter)} … ${text.slice(text.length - quarter)}` }
}
