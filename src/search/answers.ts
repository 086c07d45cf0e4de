import type { Conversation, Message } from '../conversations/conversations'
import type { ConversationId, MessageId } from '../shared/ids'
import type { Found, Wanted } from './message-index'
import { parseQuery } from './query'
import type { SearchAnswer, SearchHit, SearchQuery } from './search'
import { snippetOf } from './snippet'
import { fold } from './terms'

/** So many hits are shown. */
const SHOWN = 50
/** Phrases are looked for in at most so many texts. */
const VERIFIED = 600
/** With fewer hits than this a word may have a typo. */
const FEW = 3
/** What has been found so long after the question is told, while the search goes on; ms. */
const FIRST_ANSWER_MS = 25

export interface Texts {
  conversation(id: ConversationId): Promise<Conversation | undefined>
  /** Those that are there. */
  messages(ids: readonly MessageId[]): Promise<Message[]>
  /** What a message says, and what it thought. */
  split(message: Message): { readonly text: string; readonly thought: string }
}

type Searchable = readonly { find(wanted: Wanted): Found[] }[]

/**
 * Answers a query, in parts where it takes longer.
 *
 * @param isOver whether nobody waits for it any more
 */
export async function* answersTo(
  query: SearchQuery,
  shards: Searchable,
  texts: Texts,
  isOver: () => boolean,
): AsyncGenerator<SearchAnswer> {
  const { terms, phrases } = parseQuery(query.text)
  if (terms.length === 0) {
    yield { hits: [], total: 0, complete: true }
    return
  }
  const accepts = ({ at, model }: { at: number; model?: string }) =>
    (query.modelId === undefined || model === query.modelId) && at >= (query.from ?? 0) && at <= (query.to ?? Infinity)
  const started = performance.now()
  let told = false
  let found: Found[] = []
  for (const typos of [false, true]) {
    if (typos && (found.length >= FEW || phrases.length > 0)) break
    found = []
    for (const shard of shards) {
      if (isOver()) return
      found.push(...shard.find({ terms, thoughts: query.thoughts, typos, accepts }))
      if (told || found.length === 0 || performance.now() - started < FIRST_ANSWER_MS) continue
      told = true
      yield { ...(await answerOf(found, phrases, query.thoughts, texts)), complete: false }
      // A newer query may be waiting.
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
  if (!isOver()) yield { ...(await answerOf(found, phrases, query.thoughts, texts)), complete: true }
}

async function answerOf(
  found: readonly Found[],
  phrases: readonly string[],
  thoughts: boolean,
  texts: Texts,
): Promise<Omit<SearchAnswer, 'complete'>> {
  const ranked = [...found].sort((a, b) => b.score - a.score || b.at - a.at)
  const candidates = phrases.length > 0 ? ranked.slice(0, VERIFIED) : ranked.slice(0, SHOWN)
  const hits = await Promise.all(
    (await withTexts(candidates, texts)).map((one) => hitOf(one, phrases, thoughts, texts)),
  )
  const shown = hits.filter((hit) => hit !== undefined)
  return { hits: shown.slice(0, SHOWN), total: phrases.length > 0 ? shown.length : found.length }
}

interface WithText extends Found {
  readonly message?: Message
}

async function withTexts(found: readonly Found[], texts: Texts): Promise<WithText[]> {
  const ids = found.filter(({ part }) => part !== 'title').map(({ id }) => id as MessageId)
  const messages = new Map((await texts.messages(ids)).map((message) => [message.id as string, message]))
  return found.flatMap((one) => {
    if (one.part === 'title') return [one]
    const message = messages.get(one.id)
    return message ? [{ ...one, message }] : []
  })
}

/** Undefined where the conversation is gone, or has not all phrases. */
async function hitOf(
  { message, conversationId, part, at, terms, outside }: WithText,
  phrases: readonly string[],
  thoughts: boolean,
  texts: Texts,
): Promise<SearchHit | undefined> {
  const conversation = await texts.conversation(conversationId as ConversationId)
  if (!conversation) return undefined
  const { text, thought } = message ? texts.split(message) : { text: conversation.title, thought: '' }
  const has = (whole: string) => {
    const folded = phrases.length > 0 ? fold(whole) : ''
    return phrases.every((phrase) => folded.includes(phrase))
  }
  const inText = outside && has(text)
  if (!inText && !(thoughts && has(thought))) return undefined
  return {
    conversationId: conversation.id,
    ...(message && { messageId: message.id }),
    part: inText ? part : 'thought',
    title: conversation.title,
    at,
    snippet: snippetOf(inText ? text : thought, new Set(terms)),
  }
}
