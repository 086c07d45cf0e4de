import type { ChatTemplate, Mark, PromptPart, TurnMarks } from '../shared/chat-template'
import { ggufUnusable } from '../shared/gguf-problem'
import type { Vocabulary } from './vocabulary'

const token = (content: string): PromptPart => ({ kind: 'token', content })
const text = (words: string): PromptPart => ({ kind: 'text', text: words })
const turn = (before: Mark, after: Mark): TurnMarks => ({ before, after })

/** How a family of models writes its turns, without thoughts and without the token that ends a reply. */
type Family = Pick<ChatTemplate, 'system' | 'user' | 'assistant'>

const chatml = (role: string): TurnMarks =>
  turn([token('<|im_start|>'), text(`${role}\n`)], [token('<|im_end|>'), text('\n')])
const llama3 = (role: string): TurnMarks =>
  turn([token('<|start_header_id|>'), text(role), token('<|end_header_id|>'), text('\n\n')], [token('<|eot_id|>')])
const phi3 = (role: string): TurnMarks => turn([token(`<|${role}|>`), text('\n')], [token('<|end|>'), text('\n')])
const gemma = (role: string): TurnMarks =>
  turn([token('<start_of_turn>'), text(`${role}\n`)], [token('<end_of_turn>'), text('\n')])

/** By the control tokens that only this family has. */
const FAMILIES: readonly (readonly [tokens: readonly string[], family: Family])[] = [
  [['<|im_start|>', '<|im_end|>'], { system: chatml('system'), user: chatml('user'), assistant: chatml('assistant') }],
  [
    ['<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
    { system: llama3('system'), user: llama3('user'), assistant: llama3('assistant') },
  ],
  [
    ['<｜User｜>', '<｜Assistant｜>', '<｜end▁of▁sentence｜>'],
    {
      user: turn([token('<｜User｜>')], []),
      assistant: turn([token('<｜Assistant｜>')], [token('<｜end▁of▁sentence｜>')]),
    },
  ],
  [
    ['<|user|>', '<|assistant|>', '<|end|>'],
    { system: phi3('system'), user: phi3('user'), assistant: phi3('assistant') },
  ],
  [['<start_of_turn>', '<end_of_turn>'], { user: gemma('user'), assistant: gemma('model') }],
]

/**
 * The chat template of a file that has none, by the control tokens of its vocabulary.
 *
 * @param ends control tokens that end a reply
 * @throws {AppError} `gguf-unusable`, `template-missing` if no family has these tokens, or more than one has
 */
export function familyTemplate({ addedTokens }: Vocabulary, ends: readonly string[]): ChatTemplate {
  const found = FAMILIES.filter(([tokens]) => tokens.every((content) => addedTokens.includes(content)))
  const [first, ...more] = found
  if (!first || more.length > 0) throw ggufUnusable('template-missing')
  const [, family] = first
  const end = family.assistant.after.flatMap((part) => (part.kind === 'token' ? [part.content] : []))
  const thinks = addedTokens.includes('<think>') && addedTokens.includes('</think>')
  return {
    begin: [],
    ...family,
    ...(thinks && {
      noThought: [token('<think>'), text('\n\n'), token('</think>'), text('\n\n')],
      thought: { open: '<think>', close: '</think>' },
    }),
    stop: [...new Set([...end, ...ends])],
  }
}
