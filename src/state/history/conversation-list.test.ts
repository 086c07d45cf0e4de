import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Conversation } from '../../conversations/conversations'
import { TemporaryDrafts } from '../../conversations/temporary-store'
import { AppError } from '../../shared/errors'
import type { ConversationId } from '../../shared/ids'
import { foldersOf, groupsOf } from './conversation-groups'
import { eventually, gate, openPage, type TestPage } from '../page.fixture'

let page: TestPage
beforeEach(() => {
  page = openPage()
  vi.stubGlobal('fetch', page.site.fetch)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const conversation = (index: number): Conversation => ({
  id: `c${String(index).padStart(4, '0')}` as ConversationId,
  title: `title ${index}`,
  createdAt: index,
  // several have the same time, and not only within one page
  updatedAt: Math.floor(index / 40),
  leafId: null,
})
const store = async (count: number) => {
  for (let index = 0; index < count; index += 1) await page.store.append(conversation(index), [])
}
const ids = (of = page) => of.list.items.map((item) => item.id)
const groupsIn = ({ list }: TestPage) => groupsOf(list.items, list.now())
const newestFirst = (count: number) => Array.from({ length: count }, (_, index) => conversation(count - 1 - index).id)

describe('reading', () => {
  it('has the newest first, and then every conversation once', async () => {
    await store(620)
    await page.list.refresh()
    expect(ids()).toEqual(newestFirst(620).slice(0, 100))
    expect(page.list.complete).toBe(false)
    await page.list.fill()
    expect(ids()).toEqual(newestFirst(620))
    expect(page.list.complete).toBe(true)
  })

  it('is complete at once where there are few', async () => {
    await store(3)
    await page.list.refresh()
    expect(page.list.complete).toBe(true)
  })

  it('takes a change in its place while all are read', async () => {
    await store(120)
    await page.list.refresh()
    await page.store.update(conversation(3).id, { title: 'new' })
    await Promise.all([page.list.changed(conversation(3).id), page.list.fill(), page.list.changed(conversation(3).id)])
    expect(ids()).toEqual(newestFirst(120))
    expect(page.list.items.find(({ id }) => id === conversation(3).id)?.title).toBe('new')
  })
})

describe('pinning and folders', () => {
  it('change nothing else, can be taken back, and reach another tab', async () => {
    await store(2)
    const other = openPage({ database: page.database })
    await Promise.all([page.list.refresh(), other.list.refresh()])
    const { id } = conversation(0)
    await page.edits.update([id], { pinned: true, folder: 'Work' })
    await eventually(() => expect(groupsIn(other)[0]).toMatchObject({ kind: 'pinned', conversations: [{ id }] }))
    expect(foldersOf(other.list.items)).toEqual(['Work'])
    await other.edits.update([id], { pinned: false })
    await eventually(() => expect(groupsIn(page)[0]).toMatchObject({ kind: 'folder', folder: 'Work' }))
    await page.edits.update([id], { folder: '' })
    expect(await page.store.get(id)).toEqual(conversation(0))
  })

  it('survive the next question of a chat that was open', async () => {
    await page.ask('a', '1')
    const id = page.list.items[0]?.id as ConversationId
    const other = openPage({ database: page.database })
    await other.chat.shown.open(id)
    await page.edits.update([id], { pinned: true, title: 'named' })
    await other.ask('b', '2')
    expect(await page.store.get(id)).toMatchObject({ pinned: true, title: 'named' })
    await page.ask('c', '3')
    expect(page.chat.shown.conversation).toMatchObject({ pinned: true, title: 'named' })
  })
})

describe('copying', () => {
  it('keeps every branch under ids of its own, and leaves the original alone', async () => {
    await page.ask('a', '1')
    const [, reply] = page.chat.shown.path
    page.engine.replies.push(['2'])
    if (reply) await page.chat.again.regenerate(reply)
    const original = page.chat.shown.conversation?.id as ConversationId
    await page.edits.update([original], { pinned: true, folder: 'Work' })
    const before = await page.store.messages(original)
    const copy = (await page.edits.fork(original, (title) => `${title} 2`)) as ConversationId
    expect(await page.store.messages(original)).toEqual(before)
    expect(await page.store.get(copy)).toMatchObject({ title: 'a 2', folder: 'Work' })
    expect((await page.store.get(copy))?.pinned).toBeUndefined()
    const messages = await page.store.messages(copy)
    expect(messages.map(({ text }) => text).sort()).toEqual(['1', '2', 'a'])
    expect(new Set([...before, ...messages].map(({ id }) => id)).size).toBe(6)
    await page.chat.shown.open(copy)
    expect(page.chat.shown.path.map(({ text }) => text)).toEqual(['a', '2'])
    expect(page.chat.shown.path[1] && page.chat.shown.branches.beside(page.chat.shown.path[1])).toHaveLength(2)
  })

  it('of a chat that is gone gives nothing', async () => {
    expect(await page.edits.fork('gone' as ConversationId, String)).toBeUndefined()
  })
})

describe('a temporary chat', () => {
  it('is answered like any other and leaves nothing behind, not even its draft', async () => {
    page.chat.shown.startTemporary()
    const draftKey = page.chat.shown.conversation?.id ?? ''
    await page.ask('secret', 'x</think>y')
    await page.ask('more', 'x</think>z')
    expect(page.chat.shown.path.map(({ text }) => text)).toEqual(['secret', 'x</think>y', 'more', 'x</think>z'])
    const [, reply] = page.chat.shown.path
    if (reply) await page.chat.shown.branches.show(reply)
    await page.list.refresh()
    expect(ids()).toEqual([])
    const reopened = openPage({ database: page.database })
    expect(await reopened.store.get(draftKey as ConversationId)).toBeUndefined()
    expect(await reopened.store.messages(draftKey as ConversationId)).toEqual([])
    await new TemporaryDrafts(page.draftStore, (key) => key === draftKey).put(draftKey, { text: 'half', pasted: [] })
    expect(await page.draftStore.all()).toEqual(new Map())
  })

  it('is not begun anew by asking for one again', () => {
    page.chat.shown.startTemporary()
    const { conversation: first } = page.chat.shown
    page.chat.shown.startTemporary()
    expect(page.chat.shown.conversation).toBe(first)
    page.chat.shown.startNew()
    expect(page.chat.shown.conversation).toBeUndefined()
  })
})

it('deletes everything, drafts too, for good', async () => {
  await store(3)
  await page.ask('a', '1')
  await page.draftStore.put('new', { text: 'half', pasted: [] })
  await page.edits.remove([conversation(0).id])
  expect(await page.edits.clear()).toBe(true)
  expect(ids()).toEqual([])
  expect(page.list.removed).toEqual([])
  expect(await page.draftStore.all()).toEqual(new Map())
  expect(await page.edits.undo()).toEqual([])
})

describe('renaming', () => {
  it.each(['', '  ', 'title 0'])('ignores %j', async (title) => {
    await store(1)
    await page.list.refresh()
    const update = vi.spyOn(page.store, 'update')
    await page.edits.rename(conversation(0).id, title)
    expect(update).not.toHaveBeenCalled()
  })

  it('changes the title and nothing else, and reaches another tab', async () => {
    await store(1)
    const other = openPage({ database: page.database })
    await Promise.all([page.list.refresh(), other.list.refresh()])
    await page.edits.rename(conversation(0).id, ' new ')
    expect(page.list.items).toEqual([{ ...conversation(0), title: 'new' }])
    await eventually(() => expect(other.list.items[0]?.title).toBe('new'))
  })

  it('does not bring back what was deleted', async () => {
    await store(1)
    await page.list.refresh()
    await page.store.remove([conversation(0).id])
    await page.edits.rename(conversation(0).id, 'new')
    expect(page.list.items).toEqual([])
  })
})

describe('deleting', () => {
  it('can be undone once', async () => {
    await store(2)
    await page.list.refresh()
    await page.edits.remove([conversation(1).id])
    expect(ids()).toEqual([conversation(0).id])
    expect(page.list.removed[0]?.conversation).toEqual(conversation(1))
    expect(await Promise.all([page.edits.undo(), page.edits.undo()])).toEqual([[conversation(1).id], []])
    expect(ids()).toEqual(newestFirst(2))
    expect(page.list.removed).toEqual([])
  })

  it('can still be undone when putting it back failed', async () => {
    await store(1)
    await page.edits.remove([conversation(0).id])
    vi.spyOn(page.store, 'restore').mockRejectedValueOnce(new AppError('storage-full', 'x', { retry: 'later' }))
    expect(await page.edits.undo()).toEqual([])
    expect(page.health.problem?.code).toBe('storage-full')
    expect(await page.edits.undo()).toEqual([conversation(0).id])
    expect(ids()).toEqual([conversation(0).id])
  })

  it('keeps the chance to undo a second deletion, made while the first was put back in vain', async () => {
    await store(2)
    await page.edits.remove([conversation(0).id])
    const slow = gate()
    vi.spyOn(page.store, 'restore').mockImplementationOnce(async () => {
      await slow.opened
      throw new AppError('storage-full', 'x', { retry: 'later' })
    })
    const undone = page.edits.undo()
    await page.edits.remove([conversation(1).id])
    slow.open()
    await undone
    expect(page.list.removed[0]?.conversation.id).toBe(conversation(1).id)
  })

  it('is over when it is dismissed', async () => {
    await store(1)
    await page.edits.remove([conversation(0).id])
    page.list.removed = []
    expect(await page.edits.undo()).toEqual([])
  })
})
