import type { Prompt, PromptPart } from '../engine/engine'
import { splitReply } from './think-parser'
import type { ChatTemplate } from './templates'

export interface Turn {
  readonly role: 'user' | 'assistant'
  /** As typed, or as generated, with tags. */
  readonly text: string
  /** Set when the model had to open its thought itself. */
  readonly opensThought?: true
  /** Set when it could not be read: it is left out with its other half. */
  readonly damaged?: object
}

/**
 * Assembles the prompt for the reply to the last question.
 *
 * As DeepSeek advises for R1 and Qwen3's own template has it: no system turn, earlier thoughts left out. A question that
 * never got an answer (it was stopped, or failed) is left out with its reply.
 *
 * @param path from the conversation's root to a question
 */
export function assemblePrompt(path: readonly Turn[], template: ChatTemplate): Prompt {
  const question = path.at(-1)
  if (question?.role !== 'user') throw new RangeError('The path must end with a question.')
  const { begin, user, assistant, openThought } = template
  const asked = (text: string) => [...written(user.before), text, ...written(user.after), ...written(assistant.before)]
  const history: PromptPart[][] = []
  path.forEach((turn, index) => {
    const before = path[index - 1]
    if (turn.role !== 'assistant' || before?.role !== 'user' || turn.damaged || before.damaged) return
    const { answer } = splitReply(turn.text, !turn.opensThought)
    if (answer === '') return
    history.push(joined([...asked(before.text), answer, ...written(assistant.after)]))
  })
  return {
    head: begin === undefined ? [] : [{ kind: 'token', content: begin }],
    history,
    last: joined([...asked(question.text), ...written(openThought)]),
  }
}

type Piece = PromptPart | string

const written = (mark: ChatTemplate['openThought']): Piece[] =>
  mark ? [{ kind: 'token', content: mark.token }, mark.text] : []

/** Neighbouring texts become one, because a tokenizer may join characters across their border. */
function joined(pieces: readonly Piece[]): PromptPart[] {
  const parts: PromptPart[] = []
  for (const piece of pieces) {
    const last = parts.at(-1)
    if (typeof piece !== 'string') parts.push(piece)
    else if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + piece }
    else if (piece !== '') parts.push({ kind: 'text', text: piece })
  }
  return parts
}
