import type { Conversation, Message } from '../conversations/conversations'
import type { ConversationId, MessageId } from '../shared/ids'
import type { Found, Wanted } from './message-index'
import { parseQuery } from './query'
import type { SearchAnswer, SearchHit, SearchQuery } from './search'
import { snippetOf } from './snippet'
import { fold } from './terms'

/** The most hits that are shown, and the number shown at first: few texts are soon read. */
const SHOWN = 50
const SHOWN_FIRST = 10
/** Texts that are looked through for phrases at a time: few at first, or the first hit would wait for them. */
const VERIFIED = 200
const VERIFIED_FIRST = 25
/** With fewer hits than this a word may have a typo. */
const FEW = 3
/**
 * Results are reported for the first time this long after the question, while the search continues, and then at this
 * interval; ms.
 */
const FIRST_ANSWER_MS = 10
const NEXT_ANSWER_MS = 300
/** A newer query has its turn between two slices of this many ms. */
const SLICE_MS = 20

export interface Texts {
  conversation(id: ConversationId): Promise<Conversation | undefined>
  /** Keeps those that exist. */
  messages(ids: readonly MessageId[]): Promise<Message[]>
  /** Splits a message into its text and its thought. */
  split(message: Message): { readonly text: string; readonly thought: string }
}

type Searchable = readonly { find(wanted: Wanted): Found[] }[]

/**
 * Answers a query, in parts if it takes longer.
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
  const look: Look = { phrases, thoughts: query.thoughts, texts }
  let nextTold = performance.now() + FIRST_ANSWER_MS
  let sliceEnd = performance.now() + SLICE_MS
  let shown = SHOWN_FIRST
  let best = new Best()
  for (const typos of [false, true]) {
    if (typos && (best.total >= FEW || phrases.length > 0)) break
    best = new Best()
    for (const shard of shards) {
      const found = shard.find({ terms, thoughts: query.thoughts, typos, accepts })
      for await (const hits of phrases.length === 0 ? [found] : withPhrases(found, look)) {
        best.add(hits)
        if (performance.now() > sliceEnd) {
          await new Promise((resolve) => setTimeout(resolve))
          sliceEnd = performance.now() + SLICE_MS
        }
        if (isOver()) return
        if (performance.now() < nextTold || best.total === 0) continue
        yield { ...(await answerOf(best, look, shown)), complete: false }
        shown = SHOWN
        nextTold = performance.now() + NEXT_ANSWER_MS
      }
    }
  }
  if (!isOver()) yield { ...(await answerOf(best, look, SHOWN)), complete: true }
}

/** The words and phrases that are looked for in texts. */
interface Look {
  readonly phrases: readonly string[]
  readonly thoughts: boolean
  readonly texts: Texts
}

/** The best hits so far, and the number of all hits. */
class Best {
  found: readonly Found[] = []
  total = 0

  add(found: readonly Found[]): void {
    this.total += found.length
    if (found.length > 0) this.found = [...this.found, ...found].sort(byScore).slice(0, SHOWN)
  }
}

const byScore = (a: Found, b: Found) => b.score - a.score || b.at - a.at

/**
 * The hits that have every phrase, a few at a time, or none once. The texts are read, because the index knows words but
 * not their neighbours.
 */
async function* withPhrases(found: readonly Found[], look: Look): AsyncGenerator<Found[]> {
  if (found.length === 0) yield []
  for (let at = 0, count = VERIFIED_FIRST; at < found.length; at += count, count = VERIFIED) {
    const read = await withTexts(found.slice(at, at + count), look.texts)
    const checked = await Promise.all(read.map(async (one) => ((await placeOf(one, look)) ? [one] : [])))
    yield checked.flat()
  }
}

/** @param count hits at most */
async function answerOf(best: Best, look: Look, count: number): Promise<Omit<SearchAnswer, 'complete'>> {
  const read = await withTexts(best.found.slice(0, count), look.texts)
  const hits = await Promise.all(read.map((one) => hitOf(one, look)))
  return { hits: hits.filter((hit) => hit !== undefined), total: best.total }
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

/** The text with everything that is looked for: title, answer or thought; undefined if none has it all. */
async function placeOf(
  { message, conversationId, outside }: WithText,
  { phrases, thoughts, texts }: Look,
): Promise<{ readonly text: string; readonly isThought: boolean } | undefined> {
  const { text, thought } = message
    ? texts.split(message)
    : { text: (await texts.conversation(conversationId as ConversationId))?.title ?? '', thought: '' }
  const has = (whole: string) => {
    const folded = phrases.length > 0 ? fold(whole) : ''
    return phrases.every((phrase) => folded.includes(phrase))
  }
  if (outside && has(text)) return { text, isThought: false }
  return thoughts && has(thought) ? { text: thought, isThought: true } : undefined
}

/** Undefined if the conversation is gone, or has changed since it was indexed. */
async function hitOf(one: WithText, look: Look): Promise<SearchHit | undefined> {
  const { message, conversationId, part, at, terms } = one
  const [conversation, place] = await Promise.all([
    look.texts.conversation(conversationId as ConversationId),
    placeOf(one, look),
  ])
  if (!conversation || !place) return undefined
  return {
    conversationId: conversation.id,
    ...(message && { messageId: message.id }),
    part: place.isThought ? 'thought' : part,
    title: conversation.title,
    at,
    snippet: snippetOf(place.text, new Set(terms)),
  }
}
