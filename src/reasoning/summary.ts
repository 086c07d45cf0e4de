import { scriptOf, type Script } from '../shared/script'
import type { Turn } from './prompt'
import { splitReply } from './think-parser'

/** Most tokens of a summary; it also never takes more than a quarter of the context window. */
const LONGEST = 512

/** The request for a summary, and the words before a summary in later prompts, by the language of the turns. */
const WORDS: Readonly<
  Record<Script, { ask: string; soFar: string; question: string; answer: string; heading: string }>
> = {
  latin: {
    ask: 'Sum up the conversation below so that it can go on from the summary alone. Keep names, numbers, code names, decisions and open questions. Write at most 150 words, and nothing but the summary.',
    soFar: 'Before that',
    question: 'Question',
    answer: 'Answer',
    heading: 'Summary of the conversation so far:',
  },
  han: {
    ask: '请概括下面的对话，使后续交流只看摘要就能继续。保留人名、数字、关键名称、已有结论和尚未解决的问题。不超过 250 字，只写摘要，不要写别的。',
    soFar: '此前',
    question: '问',
    answer: '答',
    heading: '此前对话的摘要：',
  },
}

/** The instructions of a prompt with the summary of earlier turns behind them. */
export function withSummary(instructions: string | undefined, summary: string | undefined): string | undefined {
  if (!summary) return instructions
  const { heading } = WORDS[scriptOf(summary) ?? 'latin']
  return [instructions ?? '', `${heading}\n${summary}`].filter((text) => text !== '').join('\n\n')
}

/**
 * The request for a summary of these turns, without thoughts and without turns left out of prompts.
 *
 * @param soFar a summary of the turns before them
 */
export function summaryRequest(path: readonly Turn[], soFar: string): string {
  const texts = path.flatMap((turn) => {
    const { role, text, opensThought, excluded, damaged } = turn
    if (excluded || damaged) return []
    return [{ role, text: role === 'user' ? text : splitReply(text, !opensThought).answer }]
  })
  const words = WORDS[scriptOf(soFar + texts.map(({ text }) => text).join('')) ?? 'latin']
  const lines = texts.map(({ role, text }) => `${role === 'user' ? words.question : words.answer}: ${text}`)
  return [words.ask, '---', ...(soFar === '' ? [] : [`${words.soFar}: ${soFar}`]), ...lines].join('\n\n')
}

/** Most tokens of a summary in a context window of this many. */
export const longestSummary = (contextWindow: number): number => Math.min(LONGEST, Math.floor(contextWindow / 4))
