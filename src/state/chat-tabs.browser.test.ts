/** Two tabs with one conversation, in a browser, because the browser's locks tell them of each other. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ConversationId } from '../shared/ids'
import { OtherWriters } from './other-writers.svelte'
import { eventually, gate, openPage, shown, type TestPage } from './page.fixture'

let page: TestPage
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
  await eventually(() => expect(other.chat.shown.answeredElsewhere).toBe(true))
  return { other, sent, open: wait.open }
}

it('shows that another tab is writing, takes no question meanwhile, then shows the whole reply', async () => {
  const { other, sent, open } = await otherTab()
  const seen: string[] = []
  const note = () => {
    const [, reply] = other.chat.shown.path
    if (reply)
      seen.push(`${reply.text} (${reply.state})${other.chat.shown.isWrittenElsewhere(reply) ? ' elsewhere' : ''}`)
  }
  note()
  await other.ask('too early')
  expect(shown(other.chat.shown.path)).toEqual(['a', ' (streaming)'])
  open()
  await sent
  await eventually(() => {
    note()
    expect(other.chat.shown.answeredElsewhere).toBe(false)
  })
  expect(shown(other.chat.shown.path)).toEqual(['a', 'half whole (done)'])
  // never as a reply that was cut off
  expect(seen).not.toContain(' (streaming)')
  other.engine.replies.length = 0
  await other.ask('b', '2')
  expect(shown(other.chat.shown.path)).toEqual(['a', 'half whole (done)', 'b', '2 (done)'])
})

it('does not take its own reply for another tab’s', async () => {
  const { sent, open } = await otherTab()
  const id = page.chat.shown.conversation?.id as ConversationId
  page.chat.shown.startNew()
  await page.chat.shown.open(id)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(page.chat.shown.answeredElsewhere).toBe(false)
  open()
  await sent
  expect(shown(page.chat.shown.path)).toEqual(['a', 'half whole (done)'])
})

it('knows a reply that nobody writes any more at once', async () => {
  const writers = new OtherWriters()
  const ended = vi.fn(() => Promise.resolve())
  await writers.watch('r' as never, ended)
  expect(ended).not.toHaveBeenCalled()
  expect(writers.replies.size).toBe(0)
})
