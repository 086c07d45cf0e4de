import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Conversation } from '../conversations/conversations'
import { AppError } from '../shared/errors'
import type { ConversationId } from '../shared/ids'
import { eventually, gate, openPage, type TestPage } from './page.fixture'

let page: TestPage
beforeEach(() => {
  page = openPage()
})
afterEach(() => {
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
const newestFirst = (count: number) => Array.from({ length: count }, (_, index) => conversation(count - 1 - index).id)

describe('paging', () => {
  it('shows every conversation once, newest first', async () => {
    await store(120)
    await page.list.refresh()
    expect(ids()).toEqual(newestFirst(120).slice(0, 50))
    expect(page.list.more).toBe(true)
    await page.list.loadMore()
    await page.list.loadMore()
    expect(ids()).toEqual(newestFirst(120))
    expect(page.list.more).toBe(false)
    await page.list.refresh()
    expect(ids()).toHaveLength(120)
  })

  it('shows none twice when it is asked for more twice at once, while it is read again', async () => {
    await store(130)
    await page.list.refresh()
    await Promise.all([page.list.loadMore(), page.list.refresh(), page.list.loadMore(), page.list.refresh()])
    expect(ids()).toEqual(newestFirst(130))
  })
})

describe('renaming', () => {
  it.each(['', '  ', 'title 0'])('ignores %j', async (title) => {
    await store(1)
    await page.list.refresh()
    const update = vi.spyOn(page.store, 'update')
    await page.list.rename(conversation(0).id, title)
    expect(update).not.toHaveBeenCalled()
  })

  it('changes the title and nothing else, and reaches another tab', async () => {
    await store(1)
    const other = openPage({ database: page.database })
    await Promise.all([page.list.refresh(), other.list.refresh()])
    await page.list.rename(conversation(0).id, ' new ')
    expect(page.list.items).toEqual([{ ...conversation(0), title: 'new' }])
    await eventually(() => expect(other.list.items[0]?.title).toBe('new'))
  })

  it('does not bring back what was deleted', async () => {
    await store(1)
    await page.list.refresh()
    await page.store.remove(conversation(0).id)
    await page.list.rename(conversation(0).id, 'new')
    expect(page.list.items).toEqual([])
  })
})

describe('deleting', () => {
  it('can be undone once', async () => {
    await store(2)
    await page.list.refresh()
    await page.list.remove(conversation(1).id)
    expect(ids()).toEqual([conversation(0).id])
    expect(page.list.removed?.conversation).toEqual(conversation(1))
    expect(await Promise.all([page.list.undo(), page.list.undo()])).toEqual([conversation(1).id, undefined])
    expect(ids()).toEqual(newestFirst(2))
    expect(page.list.removed).toBeUndefined()
  })

  it('can still be undone when putting it back failed', async () => {
    await store(1)
    await page.list.remove(conversation(0).id)
    vi.spyOn(page.store, 'restore').mockRejectedValueOnce(new AppError('storage-full', 'x', { retry: 'later' }))
    expect(await page.list.undo()).toBeUndefined()
    expect(page.health.problem?.code).toBe('storage-full')
    expect(await page.list.undo()).toBe(conversation(0).id)
    expect(ids()).toEqual([conversation(0).id])
  })

  it('keeps the chance to undo a second deletion, made while the first was put back in vain', async () => {
    await store(2)
    await page.list.remove(conversation(0).id)
    const slow = gate()
    vi.spyOn(page.store, 'restore').mockImplementationOnce(async () => {
      await slow.opened
      throw new AppError('storage-full', 'x', { retry: 'later' })
    })
    const undone = page.list.undo()
    await page.list.remove(conversation(1).id)
    slow.open()
    await undone
    expect(page.list.removed?.conversation.id).toBe(conversation(1).id)
  })

  it('is over when it is dismissed', async () => {
    await store(1)
    await page.list.remove(conversation(0).id)
    page.list.forgetRemoved()
    expect(await page.list.undo()).toBeUndefined()
  })
})
