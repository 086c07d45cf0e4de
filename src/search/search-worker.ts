/** The worker that searches: an index of all conversations, in memory and in IndexedDB. It has no network. */
import { IdbConversationStore } from '../conversations/idb-conversation-store'
import type { Conversation, Message } from '../conversations/conversations'
import { keepLedger } from '../platform/keep-ledger'
import { withLock } from '../platform/locks'
import { serve } from '../platform/rpc'
import { splitReply } from '../reasoning/think-parser'
import type { ConversationId } from '../shared/ids'
import { answersTo, type Texts } from './answers'
import { Indexer } from './indexer'
import { IndexStore, SEARCH_DATABASE } from './index-store'
import type { Entry } from './message-index'
import type { IndexProgress } from './search'
import type { SearchProcedures } from './search-protocol'

const store = new IdbConversationStore()
const split = ({ role, text, opensThought, damaged }: Message) => {
  if (role === 'user' || damaged) return { text, thought: '' }
  const { answer, thought } = splitReply(text, !opensThought)
  return { text: answer, thought }
}
/** Titles are few, and asked for with every hit. */
const conversations = new Map<ConversationId, Conversation | undefined>()
const texts: Texts = {
  conversation: async (id) => {
    if (!conversations.has(id)) conversations.set(id, await store.get(id))
    return conversations.get(id)
  },
  messages: (ids) => store.find(ids),
  split,
}
store.onChange(({ id }) => conversations.delete(id))

function entriesOf(conversation: Conversation, messages: readonly Message[]): Entry[] {
  const { id: conversationId, title, updatedAt } = conversation
  const answeredBy = new Map(messages.map(({ parentId, modelId }) => [parentId, modelId]))
  return [
    { id: `title:${conversationId}`, conversationId, at: updatedAt, part: 'title', text: title },
    ...messages.map((message): Entry => {
      const { id, createdAt: at, role, modelId } = message
      const model = modelId ?? answeredBy.get(id)
      const { text, thought } = split(message)
      return {
        id,
        conversationId,
        at,
        part: role === 'user' ? 'question' : 'answer',
        text,
        ...(model !== undefined && { model }),
        ...(thought !== '' && { thought }),
      }
    }),
  ]
}

let tell: (progress: IndexProgress) => void = () => undefined
const indexer = new Indexer({
  store,
  index: new IndexStore(),
  entriesOf,
  onProgress: (progress) => {
    tell(progress)
  },
})
const forever = new Promise<never>(() => undefined)

keepLedger('page')
serve<SearchProcedures>({
  index: async (_nothing, { report }) => {
    tell = report
    await indexer.open()
    // One tab stores the index, as long as it is open.
    void withLock(SEARCH_DATABASE, new AbortController().signal, () => {
      indexer.takeOver()
      return forever
    })
    return await forever
  },
  search: async (query, { signal, report }) => {
    for await (const part of answersTo(query, indexer.shards(), texts, () => signal.aborted)) report(part)
  },
})
