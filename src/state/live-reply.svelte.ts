import type { Message } from '../conversations/conversations'
import type { TokenMark } from '../reasoning/outline'
import { ReasoningParser } from '../reasoning/think-parser'
import type { ConversationId, MessageId } from '../shared/ids'

/** A reply while it is being written. */
export class LiveReply {
  readonly messageId: MessageId
  readonly conversationId: ConversationId
  /** Whether it answers a question that was just asked, rather than one that is answered again. */
  readonly toNewQuestion: boolean
  /** `waiting` until the first token: the model is loading, or the prompt is being prefilled. */
  phase = $state<'waiting' | 'thinking' | 'answering'>('waiting')
  thought = $state('')
  answer = $state('')
  tokens = $state(0)
  /** When the first token came, in ms since the epoch. */
  startedAt = $state<number>()
  /** How long the thought took, in ms; undefined while it goes on. */
  thoughtMs = $state<number>()
  /** The reply as generated. */
  text = ''
  /** Set before the first delta where the model opens its thought itself. */
  opensThought = false
  #parser: ReasoningParser | undefined
  readonly #tokenMarks: TokenMark[] = []
  readonly #now: () => number

  /** @param now ms since the epoch */
  constructor(
    { conversationId, id }: Pick<Message, 'conversationId' | 'id'>,
    toNewQuestion: boolean,
    now: () => number,
  ) {
    this.conversationId = conversationId
    this.messageId = id
    this.toNewQuestion = toNewQuestion
    this.#now = now
  }

  push(delta: string, tokens: number): void {
    this.startedAt ??= this.#now()
    this.#mark(delta, tokens)
    this.text += delta
    this.tokens += tokens
    this.#parser ??= new ReasoningParser(!this.opensThought)
    for (const segment of this.#parser.push(delta)) {
      this.phase = segment.kind === 'answer' || segment.closed ? 'answering' : 'thinking'
      if (segment.kind === 'answer') this.answer = segment.text
      else {
        this.thought = segment.text
        if (segment.closed) this.thoughtMs ??= this.#now() - this.startedAt
      }
    }
  }

  /** Notes where paragraphs begin in what comes now; of several tokens that come together, in proportion. */
  #mark(delta: string, tokens: number): void {
    for (const { index } of delta.matchAll(/(?<=\n)(?!\n)./g))
      this.#tokenMarks.push([this.text.length + index, this.tokens + Math.round((tokens * index) / delta.length)])
    if (this.text.endsWith('\n') && /^[^\n]/.test(delta)) this.#tokenMarks.push([this.text.length, this.tokens])
  }

  /** What is stored of it so far. */
  get written(): Pick<Message, 'text' | 'thoughtMs' | 'opensThought' | 'tokenMarks'> {
    const { text, thoughtMs, opensThought } = this
    return {
      text,
      ...(thoughtMs !== undefined && { thoughtMs }),
      ...(opensThought && { opensThought }),
      ...(this.#tokenMarks.length > 0 && { tokenMarks: [...this.#tokenMarks, [text.length, this.tokens]] }),
    }
  }
}
