import type { Message } from '../../conversations/conversations'
import type { TokenMark } from '../../reasoning/outline'
import type { RecoveryStep, ReplyEvent } from '../../reasoning/replies'
import { ReasoningParser } from '../../reasoning/think-parser'
import type { ConversationId, MessageId } from '../../shared/ids'
import { packIds, unpackIds } from '../../shared/token-ids'

/** The existing part of a reply that continues. */
type Written = Pick<
  Message,
  'text' | 'thoughtMs' | 'opensThought' | 'withoutThought' | 'tokenMarks' | 'tokens' | 'closed' | 'origin'
>

/** A reply while it is being written. */
export class LiveReply {
  readonly messageId: MessageId
  readonly conversationId: ConversationId
  /** Whether it answers a new question, rather than one that is answered again. */
  readonly toNewQuestion: boolean
  /** `waiting` until the first token: the model is loading, or the prompt is being prefilled. */
  phase = $state<'waiting' | 'thinking' | 'answering'>('waiting')
  thought = $state('')
  answer = $state('')
  tokens = $state(0)
  /** When the first token came, in ms since the epoch; for a continued reply, as if it had not paused. */
  startedAt = $state<number>()
  /** How long the thought took, in ms; undefined while it goes on. */
  thoughtMs = $state<number>()
  /** Whether it goes round in circles. */
  looping = $state(false)
  /** Why its thought was closed before the model did it. */
  closed = $state<Message['closed']>()
  /** So many other requests come first. */
  before = $state(0)
  /** What was done last about a model that failed while it wrote this. */
  recovery = $state<RecoveryStep>()
  /** The reply as generated. */
  text = ''
  #opensThought = false
  #withoutThought = false
  #origin: Message['origin']
  #tokenizer: string | undefined
  readonly #ids: number[] = []
  #parser: ReasoningParser | undefined
  #thoughtEnded = false
  #tokenMarks: TokenMark[] = []
  readonly #now: () => number
  /** How long it was written before it broke off, in ms. */
  readonly #beforeMs: number

  /**
   * @param reply its existing part is shown at once
   * @param now ms since the epoch
   */
  constructor(
    reply: Pick<Message, 'conversationId' | 'id'> & Partial<Written & Pick<Message, 'stats'>>,
    toNewQuestion: boolean,
    now: () => number,
  ) {
    this.conversationId = reply.conversationId
    this.messageId = reply.id
    this.toNewQuestion = toNewQuestion
    this.#now = now
    this.#beforeMs = reply.stats?.decodeMs ?? 0
    this.#opensThought = reply.opensThought === true
    this.#withoutThought = reply.withoutThought === true
    this.#origin = reply.origin
    this.#tokenizer = reply.tokens?.tokenizer
    this.#ids.push(...(unpackIds(reply.tokens?.ids ?? '') ?? []))
    this.#tokenMarks = (reply.tokenMarks ?? []).slice(0, -1).map(([at, tokens]) => [at, tokens])
    this.tokens = this.#ids.length
    this.closed = reply.closed
    this.thoughtMs = reply.thoughtMs
    this.#show(reply.text ?? '')
  }

  /** Takes over the beginning of the reply: the prompt's part, and words that the model was given. */
  begun({ opensThought, withoutThought, origin, tokenizer, text, ids }: Extract<ReplyEvent, { type: 'begun' }>): void {
    const differs = text !== this.text || opensThought !== this.#opensThought
    this.#opensThought = opensThought
    this.#withoutThought = withoutThought
    this.#origin = origin
    this.#tokenizer = tokenizer
    this.#ids.splice(0, Infinity, ...ids)
    this.tokens = ids.length
    if (!differs) return
    this.text = ''
    this.#parser = undefined
    this.#thoughtEnded = false
    this.#show(text)
  }

  push(delta: string, ids: readonly number[]): void {
    this.startedAt ??= this.#now() - this.#beforeMs
    this.#mark(delta, ids.length)
    this.#ids.push(...ids)
    this.tokens += ids.length
    const wasThinking = !this.#thoughtEnded
    this.#show(delta)
    if (wasThinking && this.#thoughtEnded) this.thoughtMs ??= this.#now() - this.startedAt
  }

  #show(delta: string): void {
    if (delta === '') return
    this.text += delta
    this.#parser ??= new ReasoningParser(!this.#opensThought)
    for (const segment of this.#parser.push(delta)) {
      this.phase = segment.kind === 'answer' || segment.closed ? 'answering' : 'thinking'
      if (segment.kind === 'answer') this.answer = segment.text
      else {
        this.thought = segment.text
        this.#thoughtEnded = segment.closed
      }
    }
  }

  /** Notes where paragraphs begin in the new text; within a batch of tokens, in proportion to the text. */
  #mark(delta: string, tokens: number): void {
    for (const { index } of delta.matchAll(/(?<=\n)(?!\n)./g))
      this.#tokenMarks.push([this.text.length + index, this.tokens + Math.round((tokens * index) / delta.length)])
    if (this.text.endsWith('\n') && /^[^\n]/.test(delta)) this.#tokenMarks.push([this.text.length, this.tokens])
  }

  /** The stored part of the reply so far. */
  get written(): Written {
    const { text, thoughtMs, closed } = this
    return {
      text,
      ...(thoughtMs !== undefined && { thoughtMs }),
      ...(this.#opensThought && { opensThought: true }),
      ...(this.#withoutThought && { withoutThought: true }),
      ...(this.#tokenMarks.length > 0 && { tokenMarks: [...this.#tokenMarks, [text.length, this.tokens]] }),
      ...(this.#tokenizer !== undefined && { tokens: { tokenizer: this.#tokenizer, ids: packIds(this.#ids) } }),
      ...(this.#origin && { origin: this.#origin }),
      ...(closed && { closed }),
    }
  }
}
