/** Two tabs with one conversation, in a browser, because the browser's locks tell them of each other. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ConversationId } from '../../shared/ids'
import { Archive } from '../history/archive.svelte'
import { groupsOf } from '../history/conversation-groups'
import { OtherWriters, whenNobodyWrites } from './other-writers.svelte'
import { eventually, gate, openPage, shown, type TestPage } from '../page.fixture'

let page: TestPage
const archiveOf = ({ store, list, health, clock }: TestPage) =>
  new Archive({ store, list, health, now: () => clock.now })
beforeEach(() => {
  page = openPage({ database: `tabs-${crypto.randomUUID()}` })
  vi.stubGlobal('fetch', page.site.fetch)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** A page with the same conversation, while its reply is being written: it waits after its first token. */
async function otherTab() {
  const wait = gate()
  const sent = page.ask('a', 'half', wait.opened, ' whole')
  await eventually(() => expect(page.chat.live?.text).toBe('half'))
  const other = openPage({ database: page.database })
  await other.chat.shown.open(page.chat.shown.conversation?.id as ConversationId)
  await eventually(() => expect(other.chat.shown.others.isWriting(other.chat.shown.path.at(-1))).toBe(true))
  return { other, sent, open: wait.open }
}

it('shows that another tab is writing, takes no question meanwhile, then shows the whole reply', async () => {
  const { other, sent, open } = await otherTab()
  const seen: string[] = []
  const note = () => {
    const [, reply] = other.chat.shown.path
    if (reply)
      seen.push(`${reply.text} (${reply.state})${other.chat.shown.others.isWriting(reply) ? ' elsewhere' : ''}`)
  }
  note()
  await other.ask('too early')
  expect(shown(other.chat.shown.path)).toEqual(['a', ' (streaming)'])
  open()
  await sent
  await eventually(() => {
    note()
    expect(other.chat.shown.others.isWriting(other.chat.shown.path.at(-1))).toBe(false)
  })
  expect(shown(other.chat.shown.path)).toEqual(['a', 'half whole (done)'])
  // never as a reply that was cut off
  expect(seen).not.toContain(' (streaming)')
  other.engine.replies.length = 0
  await other.ask('b', '2')
  expect(shown(other.chat.shown.path)).toEqual(['a', 'half whole (done)', 'b', '2 (done)'])
})

it('knows when no tab writes any more', async () => {
  const { sent, open } = await otherTab()
  const waits = vi.fn()
  let quiet = false
  const waiting = whenNobodyWrites(waits).then(() => (quiet = true))
  await eventually(() => expect(waits).toHaveBeenCalled())
  expect(quiet).toBe(false)
  open()
  await Promise.all([sent, waiting])
  expect(page.chat.live).toBeUndefined()
  waits.mockClear()
  await whenNobodyWrites(waits)
  expect(waits).not.toHaveBeenCalled()
})

it('does not take its own reply for another tab’s', async () => {
  const { sent, open } = await otherTab()
  const id = page.chat.shown.conversation?.id as ConversationId
  page.chat.shown.startNew()
  await page.chat.shown.open(id)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(page.chat.shown.others.isWriting(page.chat.shown.path.at(-1))).toBe(false)
  open()
  await sent
  expect(shown(page.chat.shown.path)).toEqual(['a', 'half whole (done)'])
})

const settled = async ({ store }: TestPage) =>
  await Promise.all(
    (await store.batch({ limit: 1000 })).map(async (conversation) => ({
      conversation,
      messages: (await store.messages(conversation.id)).map(({ id, text }) => `${id} ${text}`).sort(),
    })),
  )

it('has the same history in both tabs after pins, moves, titles, questions, copies, deletions and imports at once', async () => {
  const other = openPage({ database: page.database })
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    page.chat.shown.startNew()
    await page.ask(name, 'x</think>y')
  }
  await Promise.all([page.list.refresh(), other.list.refresh()])
  const [first, second, third, fourth, fifth] = page.list.items.map(({ id }) => id)
  if (!first || !second || !third || !fourth || !fifth) throw new Error('not listed')
  const elsewhere = openPage({ database: `tabs-${crypto.randomUUID()}` })
  await elsewhere.ask('imported', 'x</think>z')
  const words = {
    drawing: { formula: () => undefined },
    codeStyle: '',
    language: 'en',
    pageTitle: '',
    words: { question: '', answer: '', thought: '' },
  }
  const file = new File([await archiveOf(elsewhere).toBlob('json', undefined, true, words)], 'chats.json')
  await Promise.all([page.chat.shown.open(first), other.chat.shown.open(first)])

  await Promise.all([
    page.edits.update([first, second], { pinned: true }),
    other.edits.update([first, third], { folder: 'Work' }),
    other.edits.rename(first, 'named'),
    page.ask('more', 'x</think>w'),
    page.edits.remove([fourth, fifth]),
    other.edits.fork(second, (title) => `${title} 2`),
    archiveOf(other).take([file]),
    archiveOf(page).take([file]),
  ])
  await page.edits.undo()
  await other.edits.remove([fifth])

  // No change was lost: each of them is in the one record that both changed.
  await eventually(async () =>
    expect(await page.store.get(first)).toMatchObject({ pinned: true, folder: 'Work', title: 'named' }),
  )
  expect((await page.store.messages(first)).map(({ text }) => text)).toContain('more')
  const names = ['b', 'c', 'd', 'd 2', 'imported', 'named']
  const titles = (of: TestPage) => of.list.items.map(({ title }) => title).sort()
  await eventually(() => {
    expect(titles(other)).toEqual(titles(page))
    expect(titles(page)).toEqual(names)
  })
  expect(await settled(other)).toEqual(await settled(page))
  expect(groupsOf(other.list.items, 0)).toEqual(groupsOf(page.list.items, 0))
})

it('lets random changes in two tabs lose nothing', async () => {
  const other = openPage({ database: page.database })
  const tabs = [page, other]
  let seed = 7
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (const name of ['a', 'b', 'c']) {
    page.chat.shown.startNew()
    await page.ask(name, 'x</think>y')
  }
  await Promise.all(tabs.map(({ list }) => list.refresh()))
  const ids = page.list.items.map(({ id }) => id)
  const expected = new Map(ids.map((id) => [id, { title: '', folder: '', pinned: false }]))
  for (let round = 0; round < 25; round += 1) {
    // Each tab changes another field of the same chat at the same time.
    const id = ids[random(ids.length)] as ConversationId
    const [title, folder, pinned] = [`t${round}`, `f${random(3)}`, random(2) === 1]
    const [one, two] = random(2) === 1 ? [page, other] : [other, page]
    await Promise.all([
      one.edits.update([id], { title }),
      two.edits.update([id], { folder }),
      one.edits.update([id], { pinned }),
      two.store.append({ id, title: 'old', createdAt: 1, updatedAt: 5000 + round, leafId: null }, []),
    ])
    expected.set(id, { title, folder, pinned })
  }
  for (const [id, { title, folder, pinned }] of expected)
    if (title !== '') expect(await page.store.get(id)).toMatchObject({ title, folder, ...(pinned && { pinned: true }) })
  await eventually(() => expect(other.list.items).toEqual(page.list.items))
  expect(await settled(other)).toEqual(await settled(page))
})

it('knows a reply that nobody writes any more at once', async () => {
  const writers = new OtherWriters()
  const ended = vi.fn(() => Promise.resolve())
  await writers.watch('r' as never, ended)
  expect(ended).not.toHaveBeenCalled()
  expect(writers.isWriting({ id: 'r' } as never)).toBe(false)
})
