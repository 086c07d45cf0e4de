import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Conversation, Message } from '../conversations/conversations'
import { IdbConversationStore } from '../conversations/idb-conversation-store'
import type { ConversationId, MessageId } from '../shared/ids'
import { answersTo, type Texts } from './answers'
import { IndexStore } from './index-store'
import { Indexer } from './indexer'
import type { Entry } from './message-index'
import type { SearchAnswer, SearchQuery } from './search'

let name = ''
let store: IdbConversationStore
beforeEach(() => {
  name = `search-${crypto.randomUUID()}`
  store = new IdbConversationStore(name)
})

/** Stores a conversation: its title, then its messages, `thought|answer` for a reply. */
async function chat(id: string, title: string, texts: readonly string[], at = 1, modelId = 'nano') {
  const conversation: Conversation = { id: id as ConversationId, title, createdAt: at, updatedAt: at, leafId: null }
  const messages = texts.map((text, index): Message => ({
    id: `${id}-${index}` as MessageId,
    conversationId: conversation.id,
    parentId: null,
    role: index % 2 === 0 ? 'user' : 'assistant',
    createdAt: at,
    state: 'done',
    text,
    ...(index % 2 === 1 && { modelId }),
  }))
  await store.remove([conversation.id]) // what is there under the same ids would stay
  await store.restore([{ conversation, messages }])
}

const split = ({ role, text }: Message) => {
  const [thought = '', answer] = text.split('|')
  return role === 'user' || answer === undefined ? { text, thought: '' } : { text: answer, thought }
}
const texts: Texts = { conversation: (id) => store.get(id), messages: (ids) => store.find(ids), split }

function entriesOf({ id, title, updatedAt }: Conversation, messages: readonly Message[]): Entry[] {
  return [
    { id: `title:${id}`, conversationId: id, at: updatedAt, part: 'title', text: title },
    ...messages.map((message): Entry => ({
      id: message.id,
      conversationId: id,
      at: message.createdAt,
      part: message.role === 'user' ? 'question' : 'answer',
      ...split(message),
      ...(message.modelId !== undefined && { model: message.modelId }),
    })),
  ]
}

async function open() {
  const read = vi.spyOn(store, 'messages')
  const indexer = new Indexer({ store, index: new IndexStore(`${name}-index`), entriesOf, onProgress: () => undefined })
  await indexer.open()
  const reads = read.mock.calls.length
  read.mockRestore()
  return { indexer, reads }
}

async function answer(indexer: Indexer, query: Partial<SearchQuery> | string): Promise<SearchAnswer> {
  const asked = typeof query === 'string' ? { text: query, thoughts: false } : { text: '', thoughts: false, ...query }
  let last: SearchAnswer = { hits: [], total: 0, complete: false }
  for await (const part of answersTo(asked, indexer.shards(), texts, () => false)) last = part
  expect(last.complete).toBe(true)
  return last
}
const found = async (indexer: Indexer, query: Partial<SearchQuery> | string) =>
  (await answer(indexer, query)).hits.map(({ messageId, conversationId }) => messageId ?? `title ${conversationId}`)

const stored = async (indexer: Indexer, parts = 1) => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  indexer.takeOver()
  await vi.advanceTimersByTimeAsync(4000)
  await vi.waitFor(async () => expect(await new IndexStore(`${name}-index`).numbers()).toHaveLength(parts))
  vi.useRealTimers()
}

describe('searching', () => {
  beforeEach(async () => {
    await chat('a', 'Heat pumps', ['How does a heat pump work?', 'a secret compressor|It moves warmth.'], 100)
    await chat('b', '小猫咪', ['我家的小猫咪很可爱', '想一想|是的，猫很可爱。'], 200, 'r1')
    await chat('c', '敬語', ['日本語の敬語について', '|尊敬語と謙譲語。'], 300)
  })

  it.each<readonly [string, readonly string[]]>([
    ['compress', []],
    ['warm', ['a-1']],
    ['WARMTH', ['a-1']],
    ['warmht', []],
    ['warmt', ['a-1']],
    ['warmtt', ['a-1']],
    ['pump work', ['a-0']],
    ['work pump', ['a-0']],
    ['"pump work"', ['a-0']],
    ['"work pump"', []],
    ['小猫', ['title b', 'b-0']],
    ['猫', ['title b', 'b-0', 'b-1']],
    ['爱', ['b-0', 'b-1']],
    ['猫狗', []],
    ['敬語', ['title c', 'c-0', 'c-1']],
    ['謙譲', ['c-1']],
    ['', []],
    ['…', []],
  ])('for %j finds %j', async (query, ids) => {
    const { indexer } = await open()
    expect((await found(indexer, query)).sort()).toEqual([...ids].sort())
  })

  it('looks through every text for a phrase, however many have its words', async () => {
    const turns = Array.from({ length: 230 }, (_, at) => (at % 2 === 0 ? 'quiet river bank' : 'quiet bank, river'))
    await chat('d', 'Many', turns, 400)
    const { indexer } = await open()
    expect(await answer(indexer, '"quiet river"')).toMatchObject({ total: 115 })
  })

  it('looks through thoughts when it is asked to', async () => {
    const { indexer } = await open()
    const { hits } = await answer(indexer, { text: 'compressor', thoughts: true })
    expect(hits).toMatchObject([{ messageId: 'a-1', part: 'thought', title: 'Heat pumps' }])
    expect(await found(indexer, { text: '"secret compressor"', thoughts: true })).toEqual(['a-1'])
    expect(await found(indexer, { text: '"secret compressor"' })).toEqual([])
  })

  it('finds a phrase behind any number of texts that have its words', async () => {
    await chat(
      'many',
      'Many',
      Array.from({ length: 1500 }, () => 'light evening'),
    )
    await chat('one', 'One', [`evening light ${'and much else '.repeat(200)}`])
    const { indexer } = await open()
    expect(await found(indexer, '"evening light"')).toEqual(['one-0'])
    expect((await answer(indexer, '"light evening"')).total).toBe(1500)
    expect((await answer(indexer, 'light evening')).hits).toHaveLength(50)
  })

  it('keeps to a model and to dates', async () => {
    const { indexer } = await open()
    expect(await found(indexer, { text: '可爱', modelId: 'r1' })).toEqual(['b-1'])
    expect(await found(indexer, { text: '可爱', modelId: 'nano' })).toEqual([])
    expect(await found(indexer, { text: '可爱', from: 201 })).toEqual([])
    expect(await found(indexer, { text: '可爱', from: 200, to: 200 })).toHaveLength(2)
    expect(await found(indexer, { text: '可爱', to: 199 })).toEqual([])
  })

  it('marks what was found', async () => {
    const { indexer } = await open()
    expect((await answer(indexer, 'warm')).hits[0]?.snippet).toEqual([
      { text: 'It moves ', marked: false },
      { text: 'warmth', marked: true },
      { text: '.', marked: false },
    ])
  })
})

describe('the index', () => {
  it('follows what other tabs and this page change', async () => {
    await chat('a', 'Old title', ['first'])
    const { indexer } = await open()
    const other = new IdbConversationStore(name)
    await other.update('a' as ConversationId, { title: 'Fresh title' })
    await vi.waitFor(async () => expect(await found(indexer, 'fresh')).toEqual(['title a']))
    expect(await found(indexer, 'old')).toEqual([])
    await other.remove(['a' as ConversationId])
    await vi.waitFor(async () => expect(await found(indexer, 'first')).toEqual([]))
  })

  it('is stored, and only what has changed since is indexed again', async () => {
    for (const id of ['a', 'b', 'c']) await chat(id, id, [`word ${id}`])
    const first = await open()
    expect(first.reads).toBe(3)
    await stored(first.indexer)
    await chat('b', 'b', ['other words'], 2)
    await store.remove(['c' as ConversationId])
    const second = await open()
    expect(second.reads).toBe(1)
    expect(await found(second.indexer, 'word')).toEqual(['a-0', 'b-0'])
    expect(await found(second.indexer, 'other')).toEqual(['b-0'])
  })

  it('keeps the numbers of its parts right when one of them is empty', async () => {
    const words = (id: string) => Array.from({ length: 3000 }, (_, at) => `${id} ${String(at)}`)
    for (const [at, id] of ['a', 'b', 'c'].entries()) await chat(id, id, words(id), at + 1)
    const first = await open()
    await stored(first.indexer, 3)
    await new IdbConversationStore(name).remove(['b' as ConversationId])
    await vi.waitFor(async () => expect(await new IndexStore(`${name}-index`).numbers()).toEqual([0, 1]), 9000)
    const second = await open()
    expect(second.reads).toBe(0)
    expect((await found(second.indexer, 'c 2999'))[0]).toBe('c-2999')
  }, 15_000)

  it('looks again at a reply that was being written', async () => {
    await chat('a', 'a', ['q', 'half'])
    const [, reply] = await store.messages('a' as ConversationId)
    if (reply) await store.save({ ...reply, state: 'streaming' }, 'relaxed')
    await stored((await open()).indexer)
    if (reply) await store.save({ ...reply, text: 'whole' }, 'relaxed')
    const { indexer } = await open()
    expect(await found(indexer, 'whole')).toEqual(['a-1'])
  })

  it.each([
    ['no JSON', { data: new Blob(['{"half']), version: 2 }],
    ['of another version', { index: '{}', conversations: [], version: 1 }],
    ['nothing', null],
  ])('that is %s is made anew', async (_, damaged) => {
    await chat('a', 'a', ['word'])
    await stored((await open()).indexer)
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(`${name}-index`)
      opening.onsuccess = () => resolve(opening.result)
    })
    const transaction = database.transaction('shards', 'readwrite')
    transaction.objectStore('shards').put(damaged, 0)
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    database.close()
    const { indexer, reads } = await open()
    expect(reads).toBe(1)
    expect(await found(indexer, 'word')).toEqual(['a-0'])
  })
})
