import type { LabItem, LabText } from '../../lab/run'
import type { Question } from '../../lab/question'
import { isRight } from '../../lab/grade'
import { finalValue } from '../../reasoning/final-value'
import type { Replies, ReplyEvent } from '../../reasoning/replies'
import { splitReply } from '../../reasoning/think-parser'
import { AppError, isAbort, toAppError, type ErrorCode } from '../../shared/errors'
import type { ReplySettings } from '../../shared/reply-settings'
import { packIds } from '../../shared/token-ids'

/** A reply to one question, graded. */
export interface Answered {
  readonly item: Omit<LabItem, 'run' | 'at'>
  readonly text: Omit<LabText, 'run' | 'at'>
  /** What wrote it; undefined if nothing has. */
  readonly engine: Extract<ReplyEvent, { type: 'begun' }>['origin']['engine'] | undefined
}

/** Errors that concern one question. Any other one before the first token concerns the model, and every question. */
const OF_QUESTION: ReadonlySet<ErrorCode> = new Set(['prompt-too-long', 'reply-too-long'])

/**
 * Asks a question behind all chats, and grades the reply. A reply that breaks off counts as failed, with its error.
 *
 * @throws {AppError} if the model cannot answer any question now; the signal's reason when it is aborted, or an abort when
 *   the model was taken away
 */
export async function answer(
  replies: Replies,
  question: Question,
  settings: ReplySettings,
  signal: AbortSignal,
): Promise<Answered> {
  const reply = new Collected()
  const request = { turns: [{ role: 'user' as const, text: question.text }], settings, background: true as const }
  try {
    for await (const event of replies.write(request, { signal, answerNow: new AbortController().signal }))
      reply.take(event)
    signal.throwIfAborted()
    return reply.graded(question)
  } catch (error) {
    if (signal.aborted || isAbort(error)) throw error
    const failure = toAppError(error)
    if (!reply.hasBegun && !OF_QUESTION.has(failure.code)) throw failure
    return reply.failed(failure)
  }
}

/** What has come of a reply. */
class Collected {
  #begun: Extract<ReplyEvent, { type: 'begun' }> | undefined
  #begins = 0
  #text = ''
  #ids: number[] = []
  #closed: Extract<ReplyEvent, { type: 'closed' }>['reason'] | undefined
  #looping = false
  #done: Extract<ReplyEvent, { type: 'done' }> | undefined

  get hasBegun(): boolean {
    return this.#begun !== undefined
  }

  take(event: ReplyEvent): void {
    if (event.type === 'begun') {
      this.#begun = event
      this.#begins += 1
      this.#text = event.text
      this.#ids = [...event.ids]
    } else if (event.type === 'delta') {
      this.#text += event.text
      this.#ids.push(...event.ids)
    } else if (event.type === 'closed') this.#closed = event.reason
    else if (event.type === 'looping') this.#looping = event.looping
    else if (event.type === 'done') this.#done = event
  }

  /** @throws {AppError} if the reply has no end */
  graded(question: Question): Answered {
    if (!this.#done) throw new AppError('generation-failed', 'The reply has no end.', { retry: 'now' })
    const { answer: text } = splitReply(this.#text, this.#begun?.opensThought !== true)
    const value = text === '' ? undefined : finalValue(text)
    const state = isRight(question, value) ? 'right' : 'wrong'
    return this.#answered({ state, how: this.#how(), ...(value !== undefined && { value }) })
  }

  failed(error: AppError): Answered {
    return this.#answered({ state: 'failed', how: this.#how(), error: error.toRecord() })
  }

  #how(): LabItem['how'] {
    if (this.#looping || this.#closed === 'loop') return 'looped'
    const { reason } = this.#done ?? {}
    const isCut = this.#closed === 'budget' || this.#closed === 'context' || reason === 'length' || reason === 'longest'
    return isCut ? 'cut' : 'ended'
  }

  #answered(verdict: Pick<LabItem, 'state' | 'how' | 'value' | 'error'>): Answered {
    const {
      promptTokens = 0,
      thoughtTokens = 0,
      newTokens = this.#ids.length,
      prefillMs = 0,
      decodeMs = 0,
    } = this.#done?.usage ?? {}
    return {
      item: {
        ...verdict,
        promptTokens,
        thoughtTokens,
        newTokens,
        prefillMs,
        decodeMs,
        ...(this.#begins > 1 && { interrupted: true }),
      },
      text: {
        text: this.#text,
        ...(this.#begun?.opensThought && { opensThought: true }),
        ...(this.#begun && { tokens: { tokenizer: this.#begun.tokenizer, ids: packIds(this.#ids) } }),
      },
      engine: this.#begun?.origin.engine,
    }
  }
}
