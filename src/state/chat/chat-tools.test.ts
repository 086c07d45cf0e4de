import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../shared/errors'
import type { ConversationId } from '../../shared/ids'
import type { ChatTools } from './chat-tools'
import { openPage, shown, type TestPage } from '../page.fixture'

let page: TestPage
let tools: ChatTools
beforeEach(async () => {
  page = openPage()
  vi.stubGlobal('fetch', page.site.fetch)
  tools = await page.chat.tools()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const path = () => shown(page.chat.shown.path)
const at = (index: number) => {
  const message = page.chat.shown.path.at(index)
  if (!message) throw new Error('There is no such message.')
  return message
}
const stored = async () => {
  const id = page.chat.shown.conversation?.id as ConversationId
  return { leaf: (await page.store.get(id))?.leafId, count: (await page.store.messages(id)).length }
}
const lastPrompt = () => JSON.stringify(page.engine.requests.at(-1)?.prompt)

describe('a message', () => {
  it('is left out of prompts, or kept in them, as long as that is wanted', async () => {
    await page.ask('secret', 'one')
    await page.ask('b', 'two')
    await tools.edits.wish(at(0), 'excluded')
    await page.ask('c', 'three')
    expect(lastPrompt()).not.toContain('secret')
    expect((await page.store.messages(at(0).conversationId)).filter(({ excluded }) => excluded)).toHaveLength(1)
    await tools.edits.wish(at(0), undefined)
    await page.ask('d', 'four')
    expect(lastPrompt()).toContain('secret')
    await tools.edits.wish(at(0), 'pinned')
    await page.ask('e', 'five')
    expect(page.engine.requests.at(-1)?.prompt.history[0]).toMatchObject({ pinned: true })
    expect(at(0)).not.toHaveProperty('excluded')
  })

  it('is deleted with all that follow it, and comes back with them', async () => {
    await page.ask('a', 'one')
    await page.ask('b', 'two')
    await page.ask('c', 'three')
    const before = path()
    expect(tools.edits.following(at(2))).toHaveLength(3)
    await tools.edits.remove(at(2))
    expect(path()).toEqual(['a', 'one (done)'])
    expect(await stored()).toEqual({ leaf: at(-1).id, count: 2 })
    await tools.edits.undo()
    expect(path()).toEqual(before)
    expect(await stored()).toEqual({ leaf: at(-1).id, count: 6 })
    expect(tools.edits.removed).toBeUndefined()
  })

  it('gives way to the branch beside it, and the only one to nothing', async () => {
    await page.ask('a', 'one')
    page.engine.replies.push(['two'])
    page.clock.now += 1
    await page.chat.again.regenerate(at(1))
    await tools.edits.remove(at(1))
    expect(path()).toEqual(['a', 'one (done)'])
    await tools.edits.remove(at(1))
    expect(path()).toEqual(['a'])
    page.engine.replies.push(['three'])
    await page.chat.again.answer(at(0))
    expect(path()).toEqual(['a', 'three (done)'])
    await tools.edits.remove(at(0))
    expect(path()).toEqual([])
    expect(await stored()).toEqual({ leaf: null, count: 0 })
  })

  it('stays on the page where deleting it cannot be stored', async () => {
    await page.ask('a', 'one')
    vi.spyOn(page.store, 'removeMessages').mockRejectedValue(new Error('no room'))
    await tools.edits.remove(at(0))
    expect(path()).toEqual(['a', 'one (done)'])
    expect(tools.edits.removed).toBeUndefined()
    expect(page.health.problem).toBeDefined()
  })

  it('begins a chat of its own, which has what came before it', async () => {
    await page.ask('a', 'one')
    await page.ask('b', 'two')
    const original = page.chat.shown.conversation?.id
    const id = await tools.edits.fork(at(1), 'a fork')
    expect(id).not.toBe(original)
    await page.chat.shown.open(id as ConversationId)
    expect(path()).toEqual(['a', 'one (done)'])
    expect(page.chat.shown.conversation?.title).toBe('a fork')
  })
})

describe('a vote', () => {
  const samplings = () => page.engine.requests.map(({ sampling }) => sampling)

  it('shows the answer that most agree on, with the others beside it', async () => {
    page.engine.replies.push(['it is 41'], ['it is 42'], ['so: 42'])
    await tools.poll.ask('20 + 22', 3)
    expect(path()).toEqual(['20 + 22', 'it is 42 (done)'])
    const votes = page.chat.shown.branches.beside(at(1))
    expect(votes).toHaveLength(3)
    expect(new Set(votes.map(({ poll }) => poll)).size).toBe(1)
    expect(tools.poll.progress).toBeUndefined()
    // The model's own temperature is 0, at which all answers would be the same.
    expect(samplings().map(({ temperature }) => temperature)).toEqual([0.6, 0.6, 0.6])
    expect((await stored()).count).toBe(4)
  })

  it('counts what is there when it is stopped, and asks no more', async () => {
    let stop: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => (stop = resolve))
    page.engine.replies.push(['it is 7'], ['it is', stopped, ' 8'], ['never'])
    const vote = tools.poll.ask('a', 3)
    await vi.waitFor(() => expect(page.chat.live?.text).toBe('it is'))
    expect(tools.poll.progress).toEqual({ current: 2, count: 3 })
    page.chat.stop()
    stop()
    await vote
    expect(page.chat.shown.branches.beside(at(1))).toHaveLength(2)
    expect(path()).toEqual(['a', 'it is 7 (done)'])
  })

  it('gives each answer a seed of its own where one is set, and keeps a temperature that is set', async () => {
    await page.chat.shown.settings.change({ seed: 4_294_967_295, temperature: 1 })
    page.engine.replies.push(['1'], ['2'])
    await tools.poll.ask('a', 2)
    expect(samplings()).toMatchObject([
      { temperature: 1, seed: 4_294_967_295 },
      { temperature: 1, seed: 0 },
    ])
  })
})

describe('a reply', () => {
  it('goes on from its last token, and counts as one', async () => {
    let open: () => void = () => undefined
    const opened = new Promise<void>((resolve) => (open = resolve))
    const sent = page.ask('a', '<think>', 'so ', 'far', opened)
    await vi.waitFor(() => expect(page.chat.live?.text).toBe('<think>so far'))
    page.chat.stop()
    open()
    await sent
    page.engine.replies.push([' and on', '</think>', '42'])
    await page.chat.again.continue(at(1))
    expect(path()).toEqual(['a', '<think>so far and on</think>42 (done)'])
    expect(at(1).stats?.newTokens).toBe(6)
    expect(page.engine.requests.at(-1)?.reply).toHaveLength(3)
    expect(await stored()).toMatchObject({ count: 2 })
  })

  it('keeps what follows it in sight while it goes on', async () => {
    await page.ask('a', 'half', new AppError('generation-failed', 'Lost.', { retry: 'now' }))
    await page.ask('b', 'two')
    page.engine.replies.push([' more'])
    await page.chat.again.continue(at(1))
    expect(path()).toEqual(['a', 'half more (done)', 'b', 'two (done)'])
    expect((await stored()).leaf).toBe(at(3).id)
  })

  it('that failed keeps what it had when it fails again', async () => {
    const lost = () => new AppError('generation-failed', 'Lost.', { retry: 'now' })
    await page.ask('a', 'half', lost())
    page.engine.replies.push([' more', lost()])
    await page.chat.again.continue(at(1))
    expect(path()).toEqual(['a', 'half more (error)'])
  })

  it('is written anew from other words, as a branch', async () => {
    await page.ask('a', '<think>', 'one', '</think>', '1')
    page.engine.replies.push(['2'])
    await page.chat.again.rewrite(at(1), '<think>\ntwo\n</think>\n\n')
    expect(path()).toEqual(['a', '<think>\ntwo\n</think>\n\n2 (done)'])
    expect(page.chat.shown.branches.beside(at(1))).toHaveLength(2)
  })
})

describe('settings of a chat', () => {
  it('are stored with it, hold before the defaults, and wait for the first question of a new one', async () => {
    await page.chat.shown.settings.change({ temperature: 0.9, instructions: 'Be brief.' })
    await page.ask('a', '1')
    expect(page.engine.requests[0]).toMatchObject({ sampling: { temperature: 0.9 } })
    expect(lastPrompt()).toContain('Be brief.')
    const id = page.chat.shown.conversation?.id as ConversationId
    expect((await page.store.get(id))?.settings).toEqual({ temperature: 0.9, instructions: 'Be brief.' })
    page.chat.shown.startNew()
    expect(page.chat.shown.settings.current).toEqual({})
    await page.chat.shown.open(id)
    await page.chat.shown.settings.change({ effort: 'off' })
    await page.ask('b', '2')
    expect(page.engine.requests[1]).toMatchObject({ sampling: { temperature: 0 }, thought: { opened: false } })
  })
})
