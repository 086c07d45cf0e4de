import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDB } from 'idb'
import type { ConversationId } from '../shared/ids'
import { IdbConversationStore } from './idb-conversation-store'
import { IdbDraftStore } from './idb-draft-store'

let name = ''
let store: IdbConversationStore
beforeEach(async () => {
  name = `mend-${crypto.randomUUID()}`
  store = new IdbConversationStore(name)
  await store.page({ limit: 1 })
})
afterEach(() => {
  indexedDB.deleteDatabase(name)
})

/** Writes records as they are. */
async function put(records: Readonly<Record<string, readonly object[]>>): Promise<void> {
  const database = await openDB(name)
  for (const [table, list] of Object.entries(records)) for (const record of list) await database.put(table, record)
  database.close()
}
async function all(table: string): Promise<unknown[]> {
  const database = await openDB(name)
  const found: unknown[] = await database.getAll(table)
  database.close()
  return found
}

const CHAT = { id: 'a', title: 'A', createdAt: 1, updatedAt: 2, leafId: 'a2' }
const message = (id: string, conversationId: unknown, createdAt: number, parentId: string | null = null) => ({
  id,
  conversationId,
  parentId,
  role: parentId === null ? 'user' : 'assistant',
  createdAt,
  state: 'done',
  text: `text of ${id}`,
})
const idsOf = async () => (await store.page({ limit: 9 })).map(({ id }) => id)

describe('mending', () => {
  it('leaves a healthy database as it is', async () => {
    await put({ conversations: [CHAT], messages: [message('a1', 'a', 1), message('a2', 'a', 2, 'a1')] })
    await new IdbDraftStore(name).put('a', { text: 'x', pasted: [] })
    await new IdbDraftStore(name).put('new', { text: 'y', pasted: [] })
    const before = await Promise.all(['conversations', 'messages', 'drafts'].map(all))
    expect(await store.mend()).toBe(false)
    expect(await Promise.all(['conversations', 'messages', 'drafts'].map(all))).toEqual(before)
  })

  it.each([undefined, 'yesterday', null, [1]])(
    'lists a conversation whose date is %j by its newest message',
    async (updatedAt) => {
      await put({
        conversations: [CHAT, { ...CHAT, id: 'b', updatedAt }],
        messages: [message('b1', 'b', 3), message('b2', 'b', 7, 'b1')],
      })
      expect(await store.mend()).toBe(true)
      expect(await idsOf()).toEqual(['b', 'a'])
      expect(await store.get('b' as ConversationId)).toMatchObject({ title: 'A', updatedAt: 7 })
      expect(await store.mend()).toBe(false)
    },
  )

  it('gathers messages whose conversation is gone into one of the same id', async () => {
    await put({
      conversations: [CHAT],
      messages: [message('a1', 'a', 1), message('x1', 'x', 4), message('x2', 'x', 5, 'x1'), message('y1', 'y', 3)],
    })
    expect(await store.mend()).toBe(true)
    expect(await idsOf()).toEqual(['x', 'y', 'a'])
    expect(await store.get('x' as ConversationId)).toEqual({
      id: 'x',
      title: 'text of x1',
      createdAt: 4,
      updatedAt: 5,
      leafId: 'x2',
      recovered: true,
    })
    expect(await store.messages('x' as ConversationId)).toHaveLength(2)
  })

  it('gathers messages that name no conversation', async () => {
    await put({ messages: [message('z1', undefined, 4), message('z2', 7, 5, 'z1')] })
    expect(await store.mend()).toBe(true)
    const [recovered] = await store.page({ limit: 9 })
    expect(recovered).toMatchObject({ title: 'text of z1', leafId: 'z2', recovered: true })
    const messages = await store.messages(recovered?.id as ConversationId)
    expect(messages.map(({ text }) => text)).toEqual(['text of z1', 'text of z2'])
    expect(await store.mend()).toBe(false)
  })

  it('gathers damaged messages too', async () => {
    await put({ messages: [{ id: 'z1' }, { id: 'z2', text: 'what is left' }] })
    expect(await store.mend()).toBe(true)
    const [recovered] = await store.page({ limit: 9 })
    expect(recovered).toMatchObject({ title: '', updatedAt: 0 })
    const messages = await store.messages(recovered?.id as ConversationId)
    expect(messages.map(({ text, damaged }) => [text, damaged !== undefined])).toEqual([
      ['', true],
      ['what is left', true],
    ])
  })

  it('drops drafts of conversations that are gone', async () => {
    const drafts = new IdbDraftStore(name)
    await put({ conversations: [CHAT] })
    for (const key of ['a', 'new', 'gone']) await drafts.put(key, { text: key, pasted: ['p'] })
    expect(await store.mend()).toBe(true)
    expect([...(await drafts.all())]).toEqual([
      ['a', { text: 'a', pasted: ['p'] }],
      ['new', { text: 'new', pasted: ['p'] }],
    ])
  })
})

it('opens a database of version 1, and keeps what is in it', async () => {
  const old = `${name}-old`
  const database = await openDB(old, 1, {
    upgrade(db) {
      db.createObjectStore('conversations', { keyPath: 'id' }).createIndex('updatedAt', 'updatedAt')
      db.createObjectStore('messages', { keyPath: 'id' }).createIndex('conversationId', 'conversationId')
    },
  })
  await database.put('conversations', CHAT)
  await database.put('messages', message('a1', 'a', 1))
  database.close()
  const opened = new IdbConversationStore(old)
  expect(await opened.page({ limit: 9 })).toEqual([CHAT])
  expect(await opened.messages('a' as ConversationId)).toEqual([message('a1', 'a', 1)])
  await new IdbDraftStore(old).put('a', { text: 'x', pasted: [] })
  indexedDB.deleteDatabase(old)
})
