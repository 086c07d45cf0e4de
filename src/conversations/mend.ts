import type { IDBPDatabase, IDBPTransaction } from 'idb'
import { newConversationId, type ConversationId, type MessageId } from '../shared/ids'
import { complete, type ConversationSchema } from './conversation-database'
import { conversationOf, isNewKey, queueKey, type Message } from './conversations'
import type { StoredRecord } from './record'
import type { RecordCodec } from './record-codec'
import { titleFrom, validLeaf, withMessages } from './tree'

type Database = IDBPDatabase<ConversationSchema>
type Names = ('conversations' | 'messages' | 'drafts')[]
type Transaction = IDBPTransaction<ConversationSchema, Names, 'readwrite'>

const NAMES: Names = ['conversations', 'messages', 'drafts']

/** Requests at a time: asking for all 10,000 counts at once kept the page from answering for half a second. */
const AT_ONCE = 100

/** What has been found, each with its key. */
interface Findings {
  /** Conversations that no index of dates knows. */
  readonly undated: readonly string[]
  /** Messages whose conversation is not there, by its id; under '' those that name none. */
  readonly lost: ReadonlyMap<string, readonly StoredRecord[]>
  /** Drafts of conversations that are not there. */
  readonly drafts: readonly string[]
}

/**
 * Finds what no list shows and makes it reachable, as `ConversationStore.mend` says. A healthy database costs one count for
 * each conversation.
 */
export async function mend(db: Database, codec: RecordCodec): Promise<boolean> {
  const found = await inspect(db)
  if (found.undated.length === 0 && found.lost.size === 0 && found.drafts.length === 0) return false
  const recovered = await Promise.all(Array.from(found.lost, ([id, records]) => recover(id, records, codec)))
  const transaction = db.transaction(NAMES, 'readwrite', { durability: 'strict' })
  await complete(transaction, async () => {
    await Promise.all([
      ...found.undated.map((id) => date(transaction, id)),
      ...found.drafts.map((id) => transaction.objectStore('drafts').delete(id)),
      ...recovered.flat().map(({ store, record }) => transaction.objectStore(store).put(record)),
    ])
  })
  return true
}

async function inspect(db: Database): Promise<Findings> {
  const transaction = db.transaction(NAMES)
  const [conversations, messages] = [transaction.objectStore('conversations'), transaction.objectStore('messages')]
  const byConversation = messages.index('conversationId')
  const [ids, dated, drafts] = await Promise.all([
    conversations.getAllKeys(),
    // Numbers come before every other kind of key.
    conversations.index('updatedAt').getAllKeys(IDBKeyRange.upperBound(Infinity)),
    transaction.objectStore('drafts').getAllKeys(),
  ])
  const known = new Set(ids)
  const isDated = new Set(dated)
  const total = await messages.count()
  let found = 0
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const counts = await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => byConversation.count(id)))
    found += counts.reduce((sum, count) => sum + count, 0)
  }
  const lost = new Map<string, StoredRecord[]>()
  if (found < total)
    for (const record of await messages.getAll()) {
      const { conversationId: of } = record
      const id = typeof of === 'string' ? of : ''
      if (!known.has(id)) lost.set(id, [...(lost.get(id) ?? []), record])
    }
  return {
    undated: ids.filter((id) => !isDated.has(id)),
    lost,
    drafts: drafts.filter((key) => !isNewKey(key) && key !== queueKey('new') && !known.has(conversationOf(key))),
  }
}

/** Gives a conversation the date of its newest message. */
async function date(transaction: Transaction, id: string): Promise<void> {
  const [record, messages] = await Promise.all([
    transaction.objectStore('conversations').get(id),
    transaction.objectStore('messages').index('conversationId').getAll(id),
  ])
  if (!record) return
  const times = [record, ...messages].flatMap(({ createdAt }) =>
    Number.isFinite(createdAt) ? [Number(createdAt)] : [],
  )
  await transaction.objectStore('conversations').put({ ...record, updatedAt: Math.max(0, ...times) })
}

/** The record of a conversation that is put together from its messages, and messages that get its id. */
async function recover(lostId: string, records: readonly StoredRecord[], codec: RecordCodec) {
  const isNamed = lostId !== ''
  const id = isNamed ? (lostId as ConversationId) : newConversationId()
  const messages = await Promise.all(records.map((record) => codec.decodeMessage(record)))
  const times = messages.map(({ createdAt }) => createdAt)
  const conversation = await codec.encodeConversation({
    id,
    title: titleFrom(oldestQuestion(messages)?.text ?? ''),
    createdAt: Math.min(...times),
    updatedAt: Math.max(...times),
    leafId: validLeaf(withMessages(new Map<MessageId, Message>(), messages), null),
    recovered: true,
  })
  return [
    { store: 'conversations', record: conversation } as const,
    ...(isNamed
      ? []
      : records.map((record) => ({ store: 'messages', record: { ...record, conversationId: id } }) as const)),
  ]
}

function oldestQuestion(messages: readonly Message[]): Message | undefined {
  return messages.filter(({ role }) => role === 'user').sort((a, b) => a.createdAt - b.createdAt)[0]
}
