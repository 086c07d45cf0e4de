import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConversationId, MessageId } from '../shared/ids'
import type { Change, Conversation, Message } from './conversations'
import { IdbConversationStore } from './idb-conversation-store'

let name = ''
let store: IdbConversationStore
beforeEach(() => {
  name = `conversations-${crypto.randomUUID()}`
  store = new IdbConversationStore(name)
})
afterEach(() => {
  vi.restoreAllMocks()
  indexedDB.deleteDatabase(name)
})

const conversation = (id: string, updatedAt = 1): Conversation => ({
  id: id as ConversationId,
  title: id,
  createdAt: 1,
  updatedAt,
  leafId: null,
})
const message = (id: string, of: string, change: Partial<Message> = {}): Message => ({
  id: id as MessageId,
  conversationId: of as ConversationId,
  parentId: null,
  role: 'user',
  createdAt: 1,
  state: 'done',
  text: id,
  ...change,
})
const A = conversation('a')
const QUESTION = message('q', 'a')
const REPLY = message('r', 'a', { parentId: QUESTION.id, role: 'assistant', state: 'streaming', text: '' })

/** The changes that a second store, as in another tab, is told of. */
function otherTab() {
  const other = new IdbConversationStore(name)
  const changes: Change[] = []
  const stop = other.onChange((change) => changes.push(change))
  return { other, changes, stop }
}

describe('pages', () => {
  /** As `id:updatedAt`; the order in which they are stored is that of this list. */
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['different times', ['a:1', 'c:3', 'b:2'], ['c', 'b', 'a']],
    ['the same time', ['b:1', 'd:1', 'a:1', 'c:1', 'e:1'], ['e', 'd', 'c', 'b', 'a']],
    ['some of both', ['c:2', 'b:2', 'a:2', 'f:1', 'g:1', 'd:3'], ['d', 'c', 'b', 'a', 'g', 'f']],
    ['the time 0', ['a:0', 'b:0'], ['b', 'a']],
  ])('of one, two and three hold all conversations of %s once, newest first', async (_, records, order) => {
    for (const record of records) {
      const [id = '', time] = record.split(':')
      await store.append(conversation(id, Number(time)), [])
    }
    for (const limit of [1, 2, 3, 10]) {
      const found: Conversation[] = []
      for (;;) {
        const before = found.at(-1)
        const page = await store.page(before ? { before, limit } : { limit })
        found.push(...page)
        if (page.length < limit) break
      }
      expect(found.map(({ id }) => id)).toEqual(order)
    }
  })

  it('are empty before anything is stored', async () => {
    expect(await store.page({ limit: 5 })).toEqual([])
    expect(await store.get(A.id)).toBeUndefined()
    expect(await store.messages(A.id)).toEqual([])
  })
})

describe('batches', () => {
  it.each([1, 2, 3, 10])('of %s hold all conversations once, in the order of their ids', async (limit) => {
    for (const id of ['c', 'a', 'b', 'd']) await store.append(conversation(id, 7), [])
    const found: Conversation[] = []
    for (;;) {
      const after = found.at(-1)?.id
      const batch = await store.batch({ ...(after !== undefined && { after }), limit })
      found.push(...batch)
      if (batch.length < limit) break
    }
    expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('messages', () => {
  it('are stored with their conversation, and replaced one by one', async () => {
    await store.append(A, [QUESTION, REPLY])
    await store.append(conversation('b'), [message('other', 'b')])
    expect(await store.get(A.id)).toEqual(A)
    expect(await store.messages(A.id)).toEqual([QUESTION, REPLY])
    const done: Message = { ...REPLY, state: 'done', text: 'x', thoughtMs: 3 }
    await store.save({ ...REPLY, text: 'so far' }, 'relaxed')
    await store.save(done, 'strict')
    store = new IdbConversationStore(name)
    expect(await store.messages(A.id)).toEqual([QUESTION, done])
  })

  it('are all stored or none, and leave no rejection behind', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: Message) {
      const request = this.add(value)
      if (value.id === REPLY.id) this.transaction.abort()
      return request
    })
    const storing = store.append(A, [QUESTION, REPLY])
    await expect(storing).rejects.toMatchObject({ code: 'storage-unavailable' })
    vi.restoreAllMocks()
    expect(await store.get(A.id)).toBeUndefined()
    expect(await store.messages(A.id)).toEqual([])
  })
})

describe('update', () => {
  it('changes what it names', async () => {
    await store.append(A, [])
    expect(await store.update(A.id, { title: 'new' })).toEqual({ ...A, title: 'new' })
    await store.update(A.id, { leafId: QUESTION.id })
    expect(await store.get(A.id)).toEqual({ ...A, title: 'new', leafId: QUESTION.id })
  })

  it('pins and takes off, puts into a folder and out of it', async () => {
    await store.append(A, [])
    await store.update(A.id, { pinned: true, folder: 'Work' })
    expect(await store.get(A.id)).toEqual({ ...A, pinned: true, folder: 'Work' })
    await store.update(A.id, { pinned: false, folder: '' })
    expect(await store.get(A.id)).toEqual(A)
  })

  it('is not undone by messages that were meant for the record before it', async () => {
    await store.append(A, [])
    await store.update(A.id, { title: 'new', pinned: true })
    await store.append({ ...A, updatedAt: 9, leafId: QUESTION.id }, [QUESTION])
    expect(await store.get(A.id)).toEqual({ ...A, title: 'new', pinned: true, updatedAt: 9, leafId: QUESTION.id })
  })

  it('creates nothing', async () => {
    const { changes } = otherTab()
    expect(await store.update(A.id, { title: 'new' })).toBeUndefined()
    expect(await store.page({ limit: 1 })).toEqual([])
    expect(changes).toEqual([])
  })
})

describe('remove', () => {
  it('takes the conversation with all its messages, and restore puts all back', async () => {
    await store.append(A, [QUESTION, REPLY])
    await store.append(conversation('b'), [message('other', 'b')])
    const removed = await store.remove([A.id])
    expect(removed).toEqual([{ conversation: A, messages: [QUESTION, REPLY] }])
    expect(await store.get(A.id)).toBeUndefined()
    expect(await store.messages(A.id)).toEqual([])
    expect((await store.page({ limit: 5 })).map(({ id }) => id)).toEqual(['b'])
    expect(await store.messages('b' as ConversationId)).toHaveLength(1)

    await store.restore(removed)
    expect(await store.get(A.id)).toEqual(A)
    expect(await store.messages(A.id)).toEqual([QUESTION, REPLY])
  })

  it('takes several at once, and restore puts them back at once', async () => {
    const B = conversation('b')
    await store.append(A, [QUESTION, REPLY])
    await store.append(B, [message('other', 'b')])
    const removed = await store.remove([A.id, 'gone' as ConversationId, B.id])
    expect(removed.map((one) => one.conversation.id)).toEqual(['a', 'b'])
    expect(await store.batch({ limit: 5 })).toEqual([])
    await store.restore(removed)
    expect(await store.batch({ limit: 5 })).toEqual([A, B])
    expect(await store.messages(A.id)).toEqual([QUESTION, REPLY])
  })

  it('of everything leaves nothing, and tells other tabs of each', async () => {
    const { changes } = otherTab()
    await store.append(A, [QUESTION])
    await store.clear()
    expect(await store.batch({ limit: 5 })).toEqual([])
    expect(await store.messages(A.id)).toEqual([])
    await vi.waitFor(() => expect(changes.at(-1)).toEqual({ type: 'removed', id: A.id }))
  })

  it('of a conversation that is not there gives nothing', async () => {
    expect(await store.remove([A.id])).toEqual([])
  })

  it.each(['relaxed', 'strict'] as const)('is not undone by a %s save that comes later', async (durability) => {
    await store.append(A, [QUESTION, REPLY])
    await Promise.all([store.remove([A.id]), store.save({ ...REPLY, text: 'late' }, durability)])
    await store.save({ ...REPLY, text: 'later' }, durability)
    expect(await store.messages(A.id)).toEqual([])
    expect(await store.page({ limit: 1 })).toEqual([])
  })
})

describe('onChange', () => {
  it('tells other tabs what concerns them, in order, and not the tab itself', async () => {
    const own = vi.fn()
    store.onChange(own)
    const { changes, stop } = otherTab()
    await store.append(A, [QUESTION, REPLY])
    await store.save({ ...REPLY, text: 'so far' }, 'relaxed')
    await store.save({ ...REPLY, state: 'done' }, 'strict')
    await store.update(A.id, { title: 'new' })
    const removed = await store.remove([A.id])
    await store.restore(removed)
    const changed = { type: 'conversation', id: A.id }
    await vi.waitFor(() => {
      expect(changes).toEqual([changed, changed, changed, { type: 'removed', id: A.id }, changed])
    })
    expect(own).not.toHaveBeenCalled()
    stop()
    await store.remove([A.id])
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(changes).toHaveLength(5)
  })

  it('tells of nothing that failed', async () => {
    const { changes } = otherTab()
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    await expect(store.append(A, [])).rejects.toMatchObject({ code: 'storage-full' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(changes).toEqual([])
  })
})

describe('the database', () => {
  const opened = (version: number) =>
    new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name, version)
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error ?? new Error('The database could not be opened.'))
      opening.onblocked = () => reject(new Error('The old page stands in the way.'))
    })

  it('steps aside for a newer page, and says that it cannot be used by an older one', async () => {
    await store.append(A, [])
    const newer = await opened(3)
    newer.close()
    await expect(store.get(A.id)).rejects.toMatchObject({ code: 'storage-newer', retry: 'later' })
  })

  it('is opened again after it was deleted under the page', async () => {
    await store.append(A, [])
    await new Promise((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase(name)
      deleting.onsuccess = resolve
      deleting.onblocked = () => reject(new Error('The page stands in the way.'))
    })
    expect(await store.get(A.id)).toBeUndefined()
    await store.append(A, [QUESTION])
    expect(await store.messages(A.id)).toEqual([QUESTION])
  })

  it('is tried again after it could not be opened', async () => {
    const open = indexedDB.open.bind(indexedDB)
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      // fails later than at once: the name is there already, with a higher version
      const later = open(`${name}-higher`, 2)
      later.onsuccess = () => {
        later.result.close()
      }
      return open(`${name}-higher`, 1)
    })
    await expect(store.get(A.id)).rejects.toMatchObject({ code: 'storage-newer' })
    await store.append(A, [])
    expect(await store.get(A.id)).toEqual(A)
  })
})
