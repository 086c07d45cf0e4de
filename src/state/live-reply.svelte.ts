import type { Message } from '../conversations/conversations'
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
  readonly #parser = new ReasoningParser(true)
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
    this.text += delta
    this.tokens += tokens
    for (const segment of this.#parser.push(delta)) {
      if (segment.kind === 'thought') this.thought = segment.text
      else this.answer = segment.text
      if (segment.kind === 'thought') this.phase = segment.closed ? 'answering' : 'thinking'
      if (segment.kind === 'thought' && segment.closed) this.thoughtMs ??= this.#now() - this.startedAt
    }
  }
}
