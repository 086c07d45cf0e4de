/** The worker that searches: an index of all conversations, in memory and in IndexedDB. It has no network. */
import { IdbConversationStore } from '../conversations/idb-conversation-store'
import type { Conversation, Message } from '../conversations/conversations'
import { keepLedger } from '../platform/keep-ledger'
import { withLock } from '../platform/locks'
import { serve } from '../platform/rpc'
import { splitReply } from '../reasoning/think-parser'
import type { ConversationId } from '../shared/ids'
import { BytesSeal } from '../vault/bytes-seal'
import { VaultSeal } from '../vault/vault-seal'
import { answersTo, type Texts } from './answers'
import { Indexer } from './indexer'
import { IndexStore, SEARCH_DATABASE } from './index-store'
import type { Entry } from './message-index'
import type { IndexProgress } from './search'
import type { IndexPlace, SearchProcedures } from './search-protocol'

const split = ({ role, text, opensThought, damaged }: Message) => {
  if (role === 'user' || damaged) return { text, thought: '' }
  const { answer, thought } = splitReply(text, !opensThought)
  return { text: answer, thought }
}

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

/** What answers queries, once it is known where the chats are. */
function open({ database, key }: IndexPlace, onProgress: (progress: IndexProgress) => void) {
  const store = new IdbConversationStore(database, key && new VaultSeal(key))
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
  const index = new IndexStore(SEARCH_DATABASE, key && new BytesSeal(key))
  return { texts, indexer: new Indexer({ store, index, entriesOf, onProgress }) }
}

let opened: ReturnType<typeof open> | undefined
const forever = new Promise<never>(() => undefined)

keepLedger('page')
serve<SearchProcedures>({
  index: async (place, { report }) => {
    const { indexer } = (opened = open(place, report))
    await indexer.open()
    // One tab stores the index, as long as it is open.
    void withLock(SEARCH_DATABASE, new AbortController().signal, () => {
      indexer.takeOver()
      return forever
    })
    return await forever
  },
  search: async (query, { signal, report }) => {
    if (!opened) return
    for await (const part of answersTo(query, opened.indexer.shards(), opened.texts, () => signal.aborted)) report(part)
  },
})
