import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConversationId, MessageId } from '../../shared/ids'
import { Archive, EXPORT_FORMATS } from './archive.svelte'
import { eventually, openPage, type TestPage } from '../page.fixture'

let page: TestPage
let archive: Archive
beforeEach(() => {
  page = openPage()
  vi.stubGlobal('fetch', page.site.fetch)
  archive = archiveOf(page)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const archiveOf = ({ store, list, health, clock }: TestPage) =>
  new Archive({ store, list, health, now: () => clock.now })
const WORDS = {
  drawing: { formula: () => undefined },
  codeStyle: '',
  language: 'en',
  pageTitle: 'Thinktab',
  words: { question: 'Q', answer: 'A', thought: 'T' },
}
const exported = (of = archive, ids?: readonly ConversationId[]) => of.toBlob('json', ids, true, WORDS)
const fileOf = (content: Blob | string, name = 'chats.json') => new File([content], name)

/** Two chats; the first has two answers. */
async function twoChats() {
  await page.ask('a', 'x</think>1')
  const [, reply] = page.chat.shown.path
  page.engine.replies.push(['x</think>2'])
  if (reply) await page.chat.again.regenerate(reply)
  const id = page.chat.shown.conversation?.id as ConversationId
  await page.edits.update([id], { pinned: true, folder: 'Work', title: 'named' })
  page.chat.shown.startNew()
  await page.ask('b', 'x</think>3')
  return id
}

const everything = async ({ store }: TestPage) =>
  await Promise.all(
    (await store.batch({ limit: 100 })).map(async (conversation) => ({
      conversation,
      messages: (await store.messages(conversation.id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    })),
  )

describe('import', () => {
  it('of an export gives another browser the same history, and a second time nothing', async () => {
    await twoChats()
    const file = fileOf(await exported())
    const other = openPage()
    expect(await archiveOf(other).take([file])).toEqual({ added: 2, completed: 0, known: 0, leftOut: 0, problems: [] })
    expect(await everything(other)).toEqual(await everything(page))
    expect(other.list.items).toHaveLength(2)
    expect(await archiveOf(other).take([file])).toEqual({ added: 0, completed: 0, known: 2, leftOut: 0, problems: [] })
    expect(await everything(other)).toEqual(await everything(page))
  })

  it('reaches another tab', async () => {
    await twoChats()
    const file = fileOf(await exported())
    const other = openPage()
    const second = openPage({ database: other.database })
    await second.list.refresh()
    await archiveOf(other).take([file])
    await eventually(() => expect(second.list.items).toHaveLength(2))
  })

  it('overwrites nothing, and adds the messages that a chat lacks', async () => {
    const id = await twoChats()
    const file = fileOf(await exported(archive, [id]))
    const before = await page.store.messages(id)
    await page.edits.update([id], { title: 'newer' })
    const lost = before.at(-1)
    await page.store.remove([id])
    await page.store.restore([
      {
        conversation: { id, title: 'newer', createdAt: 1, updatedAt: 1, leafId: null },
        messages: before.filter((message) => message !== lost).map((message) => ({ ...message, text: 'mine' })),
      },
    ])
    expect(await archive.take([file])).toMatchObject({ added: 0, completed: 1, known: 0 })
    const after = await page.store.messages(id)
    expect((await page.store.get(id))?.title).toBe('newer')
    expect(after).toHaveLength(before.length)
    expect(after.filter(({ text }) => text === 'mine')).toHaveLength(before.length - 1)
  })

  it('takes no message that another chat has', async () => {
    const id = await twoChats()
    const text = await (await exported(archive, [id])).text()
    const forged = text.replaceAll(id, 'forged')
    const report = await archive.take([fileOf(forged)])
    expect(report).toMatchObject({ added: 0, problems: [{ at: 'conversations[0]', problem: 'ids-taken' }] })
    expect(await page.store.get('forged' as ConversationId)).toBeUndefined()
  })

  it('says what could not be stored, and goes on', async () => {
    await twoChats()
    const file = fileOf(await exported())
    const other = openPage()
    const restore = vi
      .spyOn(other.store, 'restore')
      .mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'))
    expect(await archiveOf(other).take([file])).toMatchObject({ added: 1, problems: [{ problem: 'not-stored' }] })
    restore.mockRestore()
    expect(await archiveOf(other).take([file])).toMatchObject({ added: 1, known: 1, problems: [] })
  })

  it('counts what it leaves out, and lists no more of it than somebody reads', async () => {
    const report = await archive.take([fileOf(`{"conversations":[]}\n${'{"half\n'.repeat(1500)}`)])
    expect(report.problems).toHaveLength(1000)
    expect(report.leftOut).toBeGreaterThanOrEqual(1500)
  })

  it('names the file and the place of what it cannot read', async () => {
    const report = await archive.take([fileOf('5', 'one.json'), fileOf('[{"odd":1}]', 'two.json')])
    expect(report.problems).toEqual([
      { file: 'one.json', at: 'after $', problem: 'syntax' },
      { file: 'two.json', at: '[0]', problem: 'unknown-format' },
    ])
  })
})

describe('export', () => {
  it.each(EXPORT_FORMATS)('as %s has every chat, or those that are named', async (format) => {
    const id = await twoChats()
    const all = await (await archive.toBlob(format, undefined, true, WORDS)).text()
    for (const text of ['named', '3']) expect(all).toContain(text)
    const one = await (await archive.toBlob(format, [id, 'gone' as ConversationId], true, WORDS)).text()
    expect(one).toContain('named')
    expect(one).not.toContain('>3<')
    expect(archive.progress).toBeUndefined()
  })

  it('has every field of a message, those of later versions of the page included', async () => {
    const id = await twoChats()
    const [first] = await page.store.messages(id)
    const parsed = JSON.parse(await (await exported(archive, [id])).text()) as {
      conversations: { messages: { id: MessageId }[] }[]
    }
    expect(parsed.conversations[0]?.messages.find((message) => message.id === first?.id)).toEqual(first)
  })

  it('leaves temporary chats out', async () => {
    page.chat.shown.startTemporary()
    await page.ask('secret', 'x</think>y')
    expect(await (await exported()).text()).not.toContain('secret')
  })
})
