import type { Prompt, PromptTurn } from '../engine/engine'
import type { ChatTemplate, Mark, PromptPart } from '../shared/chat-template'
import { splitReply } from './think-parser'

export interface Turn {
  readonly role: 'user' | 'assistant'
  /** As typed, or as generated, with tags. */
  readonly text: string
  /** Set when the prompt did not open the thought. */
  readonly opensThought?: true
  /** Set when the message could not be read: it is left out with its question or its answer. */
  readonly damaged?: object
  /** Set when a person wants it left out; a question takes its answer with it. */
  readonly excluded?: true
  /** Set when a person wants it kept as long as any turn is. */
  readonly pinned?: true
}

export interface PromptOptions {
  /** The system text. */
  readonly instructions?: string | undefined
  /** Whether the model is to answer without a thought. */
  readonly withoutThought?: boolean
}

/**
 * Assembles the prompt for the reply to the last question.
 *
 * As DeepSeek advises for R1 and Qwen3's own template has it, earlier thoughts are left out. A question that never got an
 * answer (it was stopped, or failed) stays, with an ellipsis for its answer.
 *
 * @param path from the conversation's root to a question
 */
export function assemblePrompt(
  path: readonly Turn[],
  template: ChatTemplate,
  { instructions = '', withoutThought = false }: PromptOptions = {},
): Prompt {
  const question = path.at(-1)
  if (question?.role !== 'user') throw new RangeError('The path must end with a question.')
  const { begin, system = IN_QUESTION, user, assistant, openReply, openThought, noThought } = template
  const inQuestion = instructions !== '' && system.inQuestion === true
  const inHead = instructions !== '' && !inQuestion
  return {
    head: joined(inHead ? [...system.before, instructions, ...system.after] : begin),
    ...(inQuestion && {
      instructions: {
        parts: joined([...system.before, instructions, ...system.after]),
        behind: user.before.length,
      },
    }),
    history: historyOf(path.slice(0, -1), template, inQuestion),
    last: turn(
      user.before,
      [
        question.text,
        ...user.after,
        ...(openReply ?? assistant.before),
        ...((withoutThought ? noThought : undefined) ?? openThought ?? []),
      ],
      inQuestion,
    ),
  }
}

/** The place of instructions if a template has none for them. */
const IN_QUESTION: NonNullable<ChatTemplate['system']> = {
  before: [],
  after: [{ kind: 'text', text: '\n\n' }],
  inQuestion: true,
}

/** A turn's parts; the parts of its first mark stay unchanged if instructions may come behind them. */
const turn = (before: Mark, rest: readonly Piece[], inQuestion: boolean): readonly PromptPart[] =>
  inQuestion ? [...before, ...joined(rest)] : joined([...before, ...rest])

/**
 * Replaces a missing answer. With two questions in a row, which no model was trained on, Nano answered 5 of 12 later
 * questions wrongly; with this 0 of 32.
 */
const UNANSWERED = '……'

function historyOf(path: readonly Turn[], { user, assistant }: ChatTemplate, inQuestion: boolean): PromptTurn[] {
  return path.flatMap((question, index) => {
    const next = path[index + 1]
    const reply = next?.role === 'assistant' ? next : undefined
    if (question.role !== 'user' || question.damaged || question.excluded || reply?.damaged) return []
    const answer = reply && !reply.excluded ? splitReply(reply.text, !reply.opensThought).answer : ''
    const answered = [...assistant.before, answer || UNANSWERED, ...assistant.after]
    const pinned = question.pinned === true || reply?.pinned === true
    return [
      { parts: turn(user.before, [question.text, ...user.after, ...answered], inQuestion), ...(pinned && { pinned }) },
    ]
  })
}

/**
 * A reply's text as parts: its thinking tags are control tokens, and anything else is text.
 *
 * @param opened whether the prompt opened the thought
 */
export function replyParts(text: string, opened: boolean, { thought }: ChatTemplate): PromptPart[] {
  if (!thought) return joined([text])
  const pieces: Piece[] = []
  let rest = text
  let open = opened
  if (!opened && text.trimStart().startsWith(thought.open)) {
    const start = text.indexOf(thought.open)
    pieces.push(text.slice(0, start), { kind: 'token', content: thought.open })
    rest = text.slice(start + thought.open.length)
    open = true
  }
  const end = open ? rest.indexOf(thought.close) : -1
  if (end === -1) return joined([...pieces, rest])
  const answer = rest.slice(end + thought.close.length)
  return joined([...pieces, rest.slice(0, end), { kind: 'token', content: thought.close }, answer])
}

type Piece = PromptPart | string

/** Neighbouring texts become one, because a tokenizer may join characters across their border. */
function joined(pieces: readonly Piece[]): PromptPart[] {
  const parts: PromptPart[] = []
  for (const piece of pieces) {
    const last = parts.at(-1)
    const part: PromptPart = typeof piece === 'string' ? { kind: 'text', text: piece } : piece
    if (part.kind === 'token') parts.push(part)
    else if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + part.text }
    else if (part.text !== '') parts.push(part)
  }
  return parts
}
