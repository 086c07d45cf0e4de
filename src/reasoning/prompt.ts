import type { Prompt, PromptPart } from '../engine/engine'
import { splitReply } from './think-parser'
import type { ChatTemplate } from './templates'

export interface Turn {
  readonly role: 'user' | 'assistant'
  /** As typed, or as generated, with tags. */
  readonly text: string
}

/**
 * Assembles the prompt for the reply to the last question.
 *
 * As DeepSeek advises for R1: no system turn, the thought opened, earlier thoughts left out. A question that never got
 * an answer (it was stopped, or failed) is left out with its reply.
 *
 * @param path from the conversation's root to a question
 */
export function assemblePrompt(path: readonly Turn[], template: ChatTemplate): Prompt {
  const question = path.at(-1)
  if (question?.role !== 'user') throw new RangeError('The path must end with a question.')
  const history: PromptPart[][] = []
  path.forEach((turn, index) => {
    const before = path[index - 1]
    if (turn.role !== 'assistant' || before?.role !== 'user') return
    const { answer } = splitReply(turn.text, true)
    if (answer === '') return
    history.push([
      ...asked(before.text, template),
      { kind: 'text', text: answer },
      { kind: 'token', content: template.end },
    ])
  })
  return {
    head: [{ kind: 'token', content: template.begin }],
    history,
    last: [
      ...asked(question.text, template),
      { kind: 'token', content: template.openThought.token },
      { kind: 'text', text: template.openThought.text },
    ],
  }
}

function asked(text: string, template: ChatTemplate): PromptPart[] {
  return [
    { kind: 'token', content: template.user },
    { kind: 'text', text },
    { kind: 'token', content: template.assistant },
  ]
}
