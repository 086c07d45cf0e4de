/** The worker that searches: an index of all conversations, in memory and in IndexedDB. It has no network. */
import { IdbConversationStore } from '../conversations/idb-conversation-store'
import type { Conversation, Message } from '../conversations/conversations'
import { withLock } from '../platform/locks'
import { splitReply } from '../reasoning/think-parser'
import type { ConversationId } from '../shared/ids'
import { answersTo, type Texts } from './answers'
import { Indexer } from './indexer'
import { IndexStore, SEARCH_DATABASE } from './index-store'
import type { Entry } from './message-index'
import type { FromSearch, ToSearch } from './search-protocol'

const post = (message: FromSearch) => {
  self.postMessage(message)
}
const fail = () => {
  post({ type: 'failed' })
}

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

const indexer = new Indexer({
  store,
  index: new IndexStore(),
  entriesOf,
  onProgress: (progress) => {
    post({ type: 'progress', progress })
  },
})

let newest = 0
self.onmessage = ({ data: { key, query } }: MessageEvent<ToSearch>) => {
  newest = key
  void answer(key, query).catch(fail)
}

async function answer(key: number, query: ToSearch['query']): Promise<void> {
  for await (const part of answersTo(query, indexer.shards(), texts, () => newest !== key))
    post({ type: 'answer', key, answer: part })
}

// One tab stores the index, as long as it is open.
const forever = new Promise<void>(() => undefined)
const opened = indexer.open()
opened.catch(fail)
void opened.then(() =>
  withLock(SEARCH_DATABASE, new AbortController().signal, () => {
    indexer.takeOver()
    return forever
  }),
)
