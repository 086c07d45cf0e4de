/** A chat that one tab deletes while another one shows it, or writes in it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IdbConversationStore } from '../../conversations/idb-conversation-store'
import { AppError } from '../../shared/errors'
import type { ConversationId } from '../../shared/ids'
import { eventually, gate, openPage, shown, type TestPage } from '../page.fixture'

/** The tab that shows the chat, and the one that deletes it. */
let page: TestPage
let other: TestPage
beforeEach(() => {
  page = openPage()
  other = openPage({ database: page.database })
  vi.stubGlobal('fetch', page.site.fetch)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const idOf = (of = page) => of.chat.shown.conversation?.id as ConversationId
const path = (of = page) => shown(of.chat.shown.path)
const stored = async (id = idOf()) => shown(await other.store.messages(id)).sort()
const isDeleted = () => eventually(() => expect(page.chat.shown.isDeleted).toBe(true))
const isBack = () => eventually(() => expect(page.chat.shown.isDeleted).toBe(false))
/** Time for messages between the tabs to arrive, and for what they cause. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 100))

/** A reply that has begun and waits, though it could be stopped. */
async function replying(question: string) {
  const wait = gate()
  const sent = page.ask(question, 'x', wait.opened, ' end')
  await eventually(() => expect(page.chat.live?.text).toBe('x'))
  return { sent, open: wait.open }
}

describe('a chat on the page', () => {
  beforeEach(async () => {
    await page.ask('a', '1')
    await page.ask('b', '2')
  })
  const whole = ['1 (done)', '2 (done)', 'a', 'b']

  it.each<readonly [string, () => Promise<unknown>]>([
    ['alone', () => other.edits.remove([idOf()])],
    ['with others', async () => other.edits.remove([(await copied()) as ConversationId, idOf()])],
    ['with everything', () => other.edits.clear()],
  ])('that is deleted elsewhere %s stays in memory, and comes back whole', async (_, remove) => {
    await remove()
    await isDeleted()
    expect(path()).toEqual(['a', '1 (done)', 'b', '2 (done)'])
    expect(await stored()).toEqual([])
    expect(await page.chat.shown.putBack()).toBe(true)
    expect(page.chat.shown.isDeleted).toBe(false)
    expect(await stored()).toEqual(whole)
    await eventually(() => expect(page.list.items.map(({ id }) => id)).toContain(idOf()))
    await eventually(() => expect(other.list.items.map(({ id }) => id)).toContain(idOf()))
    await page.ask('c', '3')
    expect(await stored()).toEqual(['1 (done)', '2 (done)', '3 (done)', 'a', 'b', 'c'])
  })

  const copied = () => other.edits.fork(idOf(), (title) => `${title} 2`)

  it('is back at once when the other tab undoes it', async () => {
    await other.edits.remove([idOf()])
    await isDeleted()
    await other.edits.undo()
    await isBack()
    await settle()
    expect(path()).toEqual(['a', '1 (done)', 'b', '2 (done)'])
    expect(await stored()).toEqual(whole)
  })

  it.each(['here first', 'there first', 'at once'])('is there once when both put it back, %s', async (order) => {
    const id = idOf()
    await other.edits.remove([id])
    await isDeleted()
    const both = [() => page.chat.shown.putBack(), () => other.edits.undo()]
    if (order === 'there first') both.reverse()
    if (order === 'at once') await Promise.all(both.map((one) => one()))
    else for (const one of both) await one()
    await settle()
    expect(await stored()).toEqual(whole)
    expect((await other.store.batch({ limit: 10 })).map((one) => one.id)).toEqual([id])
    for (const tab of [page, other]) expect(tab.list.items.map((one) => one.id)).toEqual([id])
  })

  it('keeps what came after it was put back when the other tab undoes its deletion late', async () => {
    await other.edits.remove([idOf()])
    await isDeleted()
    await page.chat.shown.putBack()
    await page.ask('c', '3')
    await page.edits.rename(idOf(), 'new')
    await other.edits.undo()
    await settle()
    expect(path()).toEqual(['a', '1 (done)', 'b', '2 (done)', 'c', '3 (done)'])
    expect(await other.store.get(idOf())).toMatchObject({ title: 'new', leafId: page.chat.shown.path.at(-1)?.id })
  })

  it('takes no question, and asks no waiting one, before it is put back; its draft stays', async () => {
    page.drafts.set(idOf(), { text: 'typed', pasted: [] })
    page.queue.add('next')
    await other.edits.clear()
    await isDeleted()
    await page.chat.send('too late')
    await page.queue.next()
    const reply = page.chat.shown.path.at(-1)
    if (reply) await page.chat.again.regenerate(reply)
    expect(path()).toEqual(['a', '1 (done)', 'b', '2 (done)'])
    expect(page.queue.waiting).toEqual(['next'])
    expect(page.drafts.of(idOf()).text).toBe('typed')
    await page.chat.shown.putBack()
    await page.drafts.putBack(idOf())
    await eventually(async () => expect((await page.draftStore.all()).get(idOf())?.text).toBe('typed'))
    expect((await page.draftStore.all()).size).toBe(2)
  })

  it('does not replace a draft that the other tab has changed', async () => {
    page.drafts.set(idOf(), { text: 'old', pasted: [] })
    await eventually(async () => expect((await page.draftStore.all()).size).toBe(1))
    await other.draftStore.put(idOf(), { text: 'newer', pasted: [] })
    await page.drafts.putBack(idOf())
    await settle()
    expect((await page.draftStore.all()).get(idOf())?.text).toBe('newer')
  })

  it('is kept while another one is looked at', async () => {
    const id = idOf()
    await other.edits.remove([id])
    await isDeleted()
    page.chat.shown.startNew()
    expect(page.chat.shown.isDeleted).toBe(false)
    expect(await page.chat.shown.open(id)).toBe(true)
    expect(page.chat.shown.isDeleted).toBe(true)
    page.chat.shown.startNew()
    await other.edits.undo()
    await settle()
    await page.chat.shown.open(id)
    expect(page.chat.shown.isDeleted).toBe(false)
    expect(path()).toEqual(['a', '1 (done)', 'b', '2 (done)'])
  })

  it('stays in memory, and says why, where it cannot be put back', async () => {
    await other.edits.remove([idOf()])
    await isDeleted()
    const full = new AppError('storage-full', 'no room', { retry: 'later' })
    const restore = vi.spyOn(IdbConversationStore.prototype, 'restore').mockRejectedValue(full)
    expect(await page.chat.shown.putBack()).toBe(false)
    expect(page.health.problem).toBe(full)
    expect(page.chat.shown.isDeleted).toBe(true)
    restore.mockRestore()
    expect(await page.chat.shown.putBack()).toBe(true)
    expect(await stored()).toEqual(whole)
  })

  it('comes back whole with a question that was asked before the deletion was known here', async () => {
    const removed = vi.spyOn(page.store, 'append')
    removed.mockImplementationOnce(async (...given) => {
      await other.edits.remove([idOf()])
      removed.mockRestore()
      await page.store.append(...given)
    })
    await page.ask('c', '3')
    await settle()
    expect(page.chat.shown.isDeleted).toBe(false)
    expect(await stored()).toEqual(expect.arrayContaining([...whole, 'c']))
    expect(path().slice(0, 5)).toEqual(['a', '1 (done)', 'b', '2 (done)', 'c'])
  })
})

describe('a reply that is being written when its chat is deleted elsewhere', () => {
  it('ends, and is put back with all its text', async () => {
    const { sent } = await replying('a')
    await other.edits.remove([idOf()])
    await sent
    expect(page.chat.live).toBeUndefined()
    expect(page.chat.shown.isDeleted).toBe(true)
    expect(path()).toEqual(['a', 'x (stopped)'])
    await page.chat.shown.putBack()
    expect(await stored()).toEqual(['a', 'x (stopped)'])
  })

  it.each(['before', 'after'])('is whole when it was put back %s the other tab undid it', async (order) => {
    const { sent } = await replying('a')
    const id = idOf()
    await other.edits.remove([id])
    await sent
    if (order === 'before') await page.chat.shown.putBack()
    await other.edits.undo()
    if (order === 'after') await page.chat.shown.putBack()
    await eventually(async () => expect(await stored(id)).toEqual(['a', 'x (stopped)']))
    await other.chat.shown.open(id)
    expect(path(other)).toEqual(['a', 'x (stopped)'])
  })

  it('is kept, and can be put back, where the browser has deleted the database', async () => {
    const { sent, open } = await replying('a')
    await new Promise((resolve) => (indexedDB.deleteDatabase(page.database).onsuccess = resolve))
    open()
    await sent
    expect(page.chat.shown.isDeleted).toBe(true)
    expect(path()).toEqual(['a', 'x end (done)'])
    expect(await page.chat.shown.putBack()).toBe(true)
    expect(await stored()).toEqual(['a', 'x end (done)'])
  })

  it('is not written for ever in the tab that undid the deletion', async () => {
    const { sent } = await replying('a')
    const id = idOf()
    page.chat.shown.startNew()
    await other.edits.remove([id])
    await sent
    await other.edits.undo()
    await other.chat.shown.open(id)
    await eventually(() => expect(path(other)).toEqual(['a', 'x (stopped)']))
  })

  it('is not replaced by its earlier end once the other tab lets it go on', async () => {
    await page.ask('a', 'one')
    await other.chat.shown.open(idOf())
    const [, reply] = other.chat.shown.path
    other.engine.replies.push([' two', gate().opened])
    if (reply) void other.chat.again.continue({ ...reply, state: 'stopped' })
    await eventually(() => expect(other.chat.live?.text).toBe('one two'))
    await other.store.save({ ...(reply ?? expect.fail()), text: 'one two', state: 'streaming' }, 'relaxed')
    await other.edits.rename(idOf(), 'other')
    await eventually(() => expect(page.chat.shown.conversation?.title).toBe('other'))
    await settle()
    expect(await stored()).toEqual(['a', 'one two (streaming)'])
    other.chat.stop()
  })
})
