import type { ThoughtPlan } from '../engine/engine'
import type { ModelManifest } from '../models/manifest'
import type { ChatTemplate } from '../shared/chat-template'
import type { Effort, ReplySettings } from '../shared/reply-settings'
import { scriptOf, type Script } from '../shared/script'

/** Most tokens of a thought, by effort. */
const THOUGHT_TOKENS = { short: 512, normal: 4096, long: 16_384, unlimited: Infinity } as const

/** The effort if nobody has chosen one. */
export const DEFAULT_EFFORT = 'normal'

/** A thought that goes round in circles is closed after this many further tokens, if the effort has a limit. */
const LOOP_TOKENS = 256

/** Tokens kept for the answer; at most a quarter of the context window is kept. */
const ANSWER_RESERVE = 1024

/** Written at the end of a thought that is closed early; each has few tokens in any tokenizer. */
const CLOSING: ThoughtPlan['closing'] = { latin: 'I will answer now.', han: '现在回答。' }

/** How thoughts in each language usually begin with R1 and Qwen3. */
const FIRST_WORDS: Readonly<Record<Script, string>> = { latin: 'Okay,', han: '嗯，' }

/**
 * Models whose thoughts have no language. Nano's thoughts are digits: of 20 sums it gets 20 right on its own, 4 when
 * its thought must begin with `Okay,` and 3 with `嗯，`.
 */
const WORDLESS: ReadonlySet<string> = new Set(['nano'])

/**
 * Whether a model thinks before it answers: all models with a named template do. All other models write an answer only.
 */
export const thinks = ({ template }: Pick<ModelManifest, 'template'>): boolean =>
  typeof template === 'string' || template.thought !== undefined

/** Most tokens of a thought; 0 for none. */
function thoughtBudget(effort: Effort = DEFAULT_EFFORT): number {
  if (typeof effort === 'number') return effort
  return effort === 'off' ? 0 : THOUGHT_TOKENS[effort]
}

/** How the thought of a reply is steered; undefined for a model that does not think. */
export function thoughtPlan(
  { effort = DEFAULT_EFFORT }: ReplySettings,
  { contextWindow }: Pick<ModelManifest, 'contextWindow'>,
  template: ChatTemplate,
  question: string,
): ThoughtPlan | undefined {
  if (!template.thought) return undefined
  return {
    ...template.thought,
    opened: thoughtIsOpened(template, effort),
    closing: CLOSING,
    script: scriptOf(question) ?? 'latin',
    after: '\n\n',
    // A model that thinks although it was told not to is not cut off.
    budget: effort === 'off' ? Infinity : thoughtBudget(effort),
    answerReserve: Math.min(ANSWER_RESERVE, Math.floor(contextWindow / 4)),
    closeLoopAfter: effort === 'unlimited' ? Infinity : LOOP_TOKENS,
  }
}

/** Whether the prompt leaves a thought open. */
export const thoughtIsOpened = ({ openThought, noThought }: ChatTemplate, effort?: Effort): boolean =>
  openThought !== undefined && (effort !== 'off' || noThought === undefined)

/** The words that a thought must begin with to be in the wanted language; empty if the model may choose. */
export function firstWords(
  { thoughtLanguage, effort }: ReplySettings,
  { id }: Pick<ModelManifest, 'id'>,
  question: string,
): string {
  if (thoughtLanguage === undefined || effort === 'off' || WORDLESS.has(id)) return ''
  if (thoughtLanguage === 'question') return FIRST_WORDS[scriptOf(question) ?? 'latin']
  return FIRST_WORDS[thoughtLanguage === 'en' ? 'latin' : 'han']
}
