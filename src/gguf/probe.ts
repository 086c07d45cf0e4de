import { AppError } from '../shared/errors'
import { ggufUnusable } from '../shared/gguf-problem'
import type { Message, Render, Wishes } from './run-jinja'

/** Words that stand for people's and models' texts, and that no template contains or changes. */
const WORDS = {
  system: 'qjxSYSTEMzv',
  question: 'qjxQUESTIONzv',
  thought: 'qjxTHOUGHTzv',
  answer: 'qjxANSWERzv',
  next: 'qjxNEXTzv',
} as const

const message = (role: Message['role'], content: string): Message => ({ role, content })
const system = message('system', WORDS.system)
const question = message('user', WORDS.question)
const answer = message('assistant', WORDS.answer)
const next = message('user', WORDS.next)

/** The text that a template writes around the words of a few conversations. */
export interface Probe {
  /** Text before the first question, without instructions. */
  readonly start: string
  /** Between a question and its answer, and between that and the next question. */
  readonly middle: string
  readonly between: string
  /** Text behind the last question, up to where the reply begins. */
  readonly ask: string
  /** Behind the last question and behind the last answer; undefined if the template does not allow such an end. */
  readonly afterQuestion: string | undefined
  readonly afterAnswer: string | undefined
  /** Before instructions, and between them and the first question; undefined if the template has no place for them. */
  readonly system: { readonly before: string; readonly after: string } | undefined
  /** As `ask` without a thought, and with one. */
  readonly askNoThought: string | undefined
  readonly askThought: string | undefined
  /** Whether an earlier answer is written without its thought. */
  readonly dropsThoughts: boolean
}

/**
 * Asks a template about a few conversations.
 *
 * @throws {AppError} `gguf-unusable` if it does not write the plainest of them word by word
 */
export function probe(render: Render): Probe {
  const plain = around(render([question, answer, next], { asks: true }), WORDS.question, WORDS.answer, WORDS.next)
  if (!plain) throw ggufUnusable('template-irregular', { what: 'words' })
  const [start = '', middle = '', between = '', ask = ''] = plain
  const tried = (messages: readonly Message[], wishes: Wishes, ...words: readonly string[]) => {
    const text = unlessRefused(() => render(messages, wishes))
    return text === undefined ? undefined : around(text, ...words)
  }
  const [before, after] = tried([system, question], { asks: true }, WORDS.system, WORDS.question) ?? []
  const thought = message('assistant', `<think>\n${WORDS.thought}\n</think>\n\n${WORDS.answer}`)
  const recalled = unlessRefused(() => render([question, thought, next], { asks: true })) ?? WORDS.thought
  return {
    start,
    middle,
    between,
    ask,
    afterQuestion: tried([question], {}, WORDS.question)?.[1],
    afterAnswer: tried([question, answer], {}, WORDS.question, WORDS.answer)?.[2],
    system: before === undefined || after === undefined ? undefined : { before, after },
    askNoThought: tried([question], { asks: true, thinks: false }, WORDS.question)?.[1],
    askThought: tried([question], { asks: true, thinks: true }, WORDS.question)?.[1],
    dropsThoughts: recalled.includes(WORDS.answer) && !recalled.includes(WORDS.thought),
  }
}

/** Undefined if the template refuses such a conversation; its limits apply all the same. */
function unlessRefused(run: () => string): string | undefined {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.details['reason'] !== 'template-broken') throw thrown
    return undefined
  }
}

/** Cuts a text at words that each occur once, in their order; undefined if they do not. */
function around(text: string, ...words: readonly string[]): readonly string[] | undefined {
  const pieces: string[] = []
  let rest = text
  for (const word of words) {
    const [before, after, ...more] = rest.split(word)
    if (before === undefined || after === undefined || more.length > 0) return undefined
    pieces.push(before)
    rest = after
  }
  return [...pieces, rest]
}
