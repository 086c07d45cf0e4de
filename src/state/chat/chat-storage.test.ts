/** Chat with a store that fails, or that other tabs and the list write to as well. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IdbConversationStore } from '../../conversations/idb-conversation-store'
import { AppError } from '../../shared/errors'
import type { ConversationId } from '../../shared/ids'
import { eventually, gate, openPage, shown, type TestPage } from '../page.fixture'

const FULL = new AppError('storage-full', 'no room', { retry: 'later' })

let page: TestPage
beforeEach(() => {
  page = openPage()
  vi.stubGlobal('fetch', page.site.fetch)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const idOf = (of: TestPage) => of.chat.shown.conversation?.id as ConversationId
const path = (of = page) => shown(of.chat.shown.path)
/** What a page that is opened now shows of a conversation. */
async function reopened(id = idOf(page)) {
  const later = openPage({ database: page.database })
  await later.chat.shown.open(id)
  return path(later)
}
/** A reply that has begun and waits. */
async function replying(question: string, of = page) {
  const wait = gate()
  const sent = of.ask(question, 'x', wait.opened, ' end')
  await eventually(() => expect(of.chat.live?.text).toBe('x'))
  return { sent, open: wait.open }
}

describe('a store that fails', () => {
  it('lets the conversation go on, says so throughout, and gets all of it once it works again', async () => {
    const append = vi.spyOn(IdbConversationStore.prototype, 'append').mockRejectedValue(FULL)
    await page.ask('a', '1')
    await page.list.refresh()
    expect(path()).toEqual(['a', '1 (done)'])
    expect(page.health.problem).toBe(FULL)
    expect(await openPage({ database: page.database }).store.get(idOf(page))).toBeUndefined()

    append.mockRestore()
    await page.ask('b', '2')
    expect(page.health.problem).toBeUndefined()
    expect(await reopened()).toEqual(['a', '1 (done)', 'b', '2 (done)'])
  })

  it('gets the question with the end of its reply, if it works again by then', async () => {
    vi.spyOn(IdbConversationStore.prototype, 'append').mockRejectedValueOnce(FULL)
    const { sent, open } = await replying('a')
    expect(page.health.problem).toBe(FULL)
    page.chat.shown.startNew()
    open()
    await sent
    expect(page.health.problem).toBeUndefined()
    const [conversation] = await page.store.page({ limit: 2 })
    expect(await reopened(conversation?.id)).toEqual(['a', 'x end (done)'])
  })

  it('gets the end of a reply with the next question, if only the end could not be stored', async () => {
    vi.spyOn(IdbConversationStore.prototype, 'save').mockRejectedValueOnce(FULL)
    await page.ask('a', '1')
    expect(page.health.problem).toBe(FULL)
    await page.ask('b', '2')
    expect(await reopened()).toEqual(['a', '1 (done)', 'b', '2 (done)'])
  })

  it('does not take what is only in memory off the page when another tab writes', async () => {
    await page.ask('a', '1')
    vi.spyOn(IdbConversationStore.prototype, 'append').mockRejectedValue(FULL)
    vi.spyOn(IdbConversationStore.prototype, 'save').mockRejectedValue(FULL)
    await page.ask('b', '2')
    await openPage({ database: page.database }).store.update(idOf(page), { title: 'other' })
    await eventually(() => expect(page.chat.shown.conversation?.title).toBe('other'))
    expect(path()).toEqual(['a', '1 (done)', 'b', '2 (done)'])
  })
})

describe('a chat that could not be stored', () => {
  async function unstored() {
    const append = vi.spyOn(IdbConversationStore.prototype, 'append').mockRejectedValue(FULL)
    await page.ask('a', '1')
    const id = idOf(page)
    page.chat.shown.startNew()
    return { append, id }
  }

  it('is in the list, and shown again after another one', async () => {
    const { id } = await unstored()
    expect(page.list.items.map((item) => item.id)).toEqual([id])
    await page.list.fill()
    expect(page.list.items.map((item) => item.id)).toEqual([id])
    await page.chat.shown.open(id)
    expect(path()).toEqual(['a', '1 (done)'])
  })

  it('is stored when there is room again, without a word from anybody', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { append, id } = await unstored()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(page.health.problem).toBe(FULL)
    append.mockRestore()
    await vi.advanceTimersByTimeAsync(5000)
    vi.useRealTimers()
    await eventually(() => expect(page.health.problem).toBeUndefined())
    expect(await reopened(id)).toEqual(['a', '1 (done)'])
  })

  it('keeps its problem in sight though something else can be stored', async () => {
    const { id } = await unstored()
    await page.edits.update([id], { title: 'mine', pinned: true })
    expect(page.health.problem).toBe(FULL)
    expect(page.list.items[0]).toMatchObject({ title: 'mine', pinned: true })
    await page.edits.update([id], { pinned: false })
    expect(page.list.items[0]).not.toHaveProperty('pinned')
  })

  it('is deleted, and put back, like any other', async () => {
    const { append, id } = await unstored()
    await page.edits.remove([id])
    expect(page.list.items).toEqual([])
    expect(await page.store.get(id)).toBeUndefined()
    append.mockRestore()
    await page.edits.undo()
    expect(await reopened(id)).toEqual(['a', '1 (done)'])
  })

  it('is exported like any other', async () => {
    const { id } = await unstored()
    expect(shown(await page.store.messages(id))).toEqual(['a', '1 (done)'])
    expect(await page.store.batch({ limit: 10 })).toMatchObject([{ id }])
    expect(await page.store.page({ limit: 10 })).toMatchObject([{ id }])
  })

  it('loses a message that is deleted', async () => {
    const { id } = await unstored()
    await page.chat.shown.open(id)
    const { edits } = await page.chat.tools()
    const reply = page.chat.shown.path[1]
    if (reply) await edits.remove(reply)
    expect(shown(await page.store.messages(id))).toEqual(['a'])
  })
})

it('reads and writes in memory alone where the database cannot be opened at all', async () => {
  const dead = new AppError('storage-unavailable', 'no', { retry: 'later' })
  for (const method of ['append', 'save', 'get', 'messages', 'page', 'batch'] as const)
    vi.spyOn(IdbConversationStore.prototype, method).mockRejectedValue(dead)
  await page.ask('a', '1')
  const id = idOf(page)
  page.chat.shown.startNew()
  await page.ask('b', '2')
  expect(page.health.problem).toBe(dead)
  expect(page.list.items).toHaveLength(2)
  await page.chat.shown.open(id)
  expect(path()).toEqual(['a', '1 (done)'])
})

describe('deleting the conversation that is being answered', () => {
  it('does not bring it back when the reply ends', async () => {
    const { sent, open } = await replying('a')
    const id = idOf(page)
    page.chat.shown.startNew()
    await page.edits.remove([id])
    open()
    await sent
    expect(await page.store.get(id)).toBeUndefined()
    expect(await page.store.messages(id)).toEqual([])
    expect(page.list.items).toEqual([])
  })

  it('and putting it back shows and stores the whole reply', async () => {
    const { sent, open } = await replying('a')
    const id = idOf(page)
    page.chat.shown.startNew()
    await page.edits.remove([id])
    open()
    await sent
    expect(await page.edits.undo()).toEqual([id])
    await page.chat.shown.open(id)
    expect(path()).toEqual(['a', 'x end (done)'])
    await eventually(async () => expect(await reopened(id)).toEqual(path()))
  })

  it('and putting it back stores the whole reply though nobody looks at it again', async () => {
    const { sent, open } = await replying('a')
    const id = idOf(page)
    page.chat.shown.startNew()
    await page.edits.remove([id])
    open()
    await sent
    await page.edits.undo()
    await eventually(async () => expect(await reopened(id)).toEqual(['a', 'x end (done)']))
  })
})

describe('a conversation that two tabs write', () => {
  it('shows what the other one did', async () => {
    await page.ask('a', '1')
    const other = openPage({ database: page.database })
    await other.chat.shown.open(idOf(page))
    other.clock.now = 5000
    await other.ask('b', '2')
    await eventually(() => expect(path()).toEqual(['a', '1 (done)', 'b', '2 (done)']))
  })

  it('loses nothing when both ask at once', async () => {
    await page.ask('a', '1')
    const other = openPage({ database: page.database })
    await other.chat.shown.open(idOf(page))
    const here = await replying('here')
    const there = await replying('there', other)
    here.open()
    there.open()
    await Promise.all([here.sent, there.sent])
    const messages = shown(await page.store.messages(idOf(page))).sort()
    expect(messages).toEqual(['1 (done)', 'a', 'here', 'there', 'x end (done)', 'x end (done)'])
  })

  it('keeps its question on the page when the other tab’s change is read late', async () => {
    await page.ask('a', '1')
    const read = page.store.get.bind(page.store)
    const slow = gate()
    const get = vi.spyOn(page.store, 'get').mockImplementation(async (id) => {
      const found = await read(id)
      await slow.opened
      return found
    })
    await openPage({ database: page.database }).store.update(idOf(page), { title: 'other' })
    await eventually(() => expect(get).toHaveBeenCalled())
    const { sent, open } = await replying('b')
    slow.open()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(path()).toEqual(['a', '1 (done)', 'b', ' (streaming)'])
    open()
    await sent
    expect(path()).toEqual(['a', '1 (done)', 'b', 'x end (done)'])
  })
})

it.each(['this tab', 'another tab'])(
  'keeps the title that %s gave it, though a reply is being written',
  async (where) => {
    const { sent, open } = await replying('a')
    await page.list.refresh()
    const { edits } = where === 'this tab' ? page : openPage({ database: page.database })
    await edits.rename(idOf(page), ' new ')
    await eventually(() => expect(page.chat.shown.conversation?.title).toBe('new'))
    open()
    await sent
    await page.ask('b', '2')
    expect((await page.store.get(idOf(page)))?.title).toBe('new')
  },
)
