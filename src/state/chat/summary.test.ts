import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../shared/errors'
import type { ConversationId } from '../../shared/ids'
import { eventually, gate, openPage, type TestPage } from '../page.fixture'
import type { Summaries } from './summary.svelte'

let page: TestPage
let summaries: Summaries
const open = async (contextWindow: number) => {
  page = openPage({ contextWindow })
  vi.stubGlobal('fetch', page.site.fetch)
  summaries = (await page.chat.tools()).summaries
}
beforeEach(() => open(4000))
afterEach(() => vi.unstubAllGlobals())

const promptOf = (request: unknown) => JSON.stringify((request as { prompt: unknown } | undefined)?.prompt)
const lastPrompt = () => promptOf(page.engine.requests.at(-1))
const conversationId = () => page.chat.shown.conversation?.id as ConversationId
const stored = async () => (await page.store.get(conversationId()))?.summary

async function talk(turns: number) {
  for (let at = 1; at <= turns; at += 1) await page.ask(`question ${at}`, `<think>secret thought</think>answer ${at}`)
}

describe('a summary', () => {
  it('is asked for without thoughts, looked at, and then sent in place of the turns', async () => {
    await talk(4)
    page.engine.replies.push(['They counted ', 'to two.'])
    await summaries.write(0)
    expect(lastPrompt()).toContain('question 2')
    expect(lastPrompt()).not.toContain('question 3')
    expect(lastPrompt()).not.toContain('secret thought')
    expect([summaries.state, summaries.text, summaries.draft?.turns]).toEqual(['ready', 'They counted to two.', 2])
    expect(await stored()).toBeUndefined()

    summaries.text = 'They counted to three.'
    await summaries.use()
    expect(await stored()).toEqual({ through: page.chat.shown.path[3]?.id, text: 'They counted to three.' })
    expect([summaries.state, summaries.draft]).toEqual(['none', undefined])
    await page.ask('and then?', 'four')
    expect(lastPrompt()).toContain('They counted to three.')
    expect(lastPrompt()).not.toContain('question 2')
    expect(lastPrompt()).toContain('question 3')
    expect(page.chat.shown.path).toHaveLength(10)
  })

  it('stands for as many turns as are left out, and keeps those that are pinned', async () => {
    await talk(4)
    const { edits } = await page.chat.tools()
    const first = page.chat.shown.path[0]
    if (first) await edits.wish(first, 'pinned')
    page.engine.replies.push(['short'])
    await summaries.write(3)
    expect(lastPrompt()).not.toContain('question 1')
    await summaries.use()
    await page.ask('and then?', 'four')
    expect(lastPrompt()).toContain('question 1')
    expect(lastPrompt()).not.toContain('question 4')
  })

  it('grows: the next one is made of the last one and the turns behind it', async () => {
    await talk(2)
    page.engine.replies.push(['first summary'])
    await summaries.write(1)
    await summaries.use()
    await talk(3)
    page.engine.replies.push(['second summary'])
    await summaries.write(4)
    expect(lastPrompt()).toContain('first summary')
    await summaries.use()
    expect((await stored())?.text).toBe('second summary')
  })

  it('is not sent on a branch that does not have its last message', async () => {
    await talk(2)
    page.engine.replies.push(['of the other branch'])
    await summaries.write(2)
    await summaries.use()
    const question = page.chat.shown.path[0]
    page.engine.replies.push(['new'])
    if (question) await page.chat.again.edit(question, 'otherwise')
    expect(lastPrompt()).not.toContain('of the other branch')
  })

  it('goes with a copy of the chat', async () => {
    await talk(2)
    page.engine.replies.push(['both turns'])
    await summaries.write(2)
    await summaries.use()
    const leaf = page.chat.shown.path.at(-1)
    const { edits } = await page.chat.tools()
    const copy = leaf && (await edits.fork(leaf, 'copy'))
    await page.chat.shown.open(copy as ConversationId)
    expect(page.chat.shown.conversation?.summary).toEqual({
      through: page.chat.shown.path.at(-1)?.id,
      text: 'both turns',
    })
  })

  it('is changed, taken off and put back', async () => {
    await talk(2)
    page.engine.replies.push(['wrong'])
    await summaries.write(1)
    await summaries.use()
    await summaries.change(' right ')
    expect((await stored())?.text).toBe('right')
    await summaries.change('')
    expect([await stored(), page.chat.shown.conversation?.summary]).toEqual([undefined, undefined])
    await summaries.undo()
    expect((await stored())?.text).toBe('right')
  })

  it('is written in parts where the turns do not fit at once', async () => {
    await open(1200)
    for (let at = 1; at <= 4; at += 1) await page.ask(`question ${at} ${'word '.repeat(60)}`, `answer ${at}`)
    page.engine.requests.length = 0
    page.engine.replies.push(['one'], ['two'], ['three'], ['four'])
    await summaries.write(4)
    expect(summaries.state).toBe('ready')
    const prompts = page.engine.requests.map(promptOf)
    expect(prompts.length).toBeGreaterThan(1)
    expect(prompts[1]).toContain('one')
    for (const at of [1, 2, 3, 4]) expect(prompts.join('')).toContain(`answer ${at}`)
  })

  it('leaves the middle of a turn out that does not fit alone', async () => {
    await open(1200)
    await page.ask('begin', 'x'.repeat(900))
    page.engine.replies.push(['done'])
    await summaries.write(1)
    expect([summaries.state, summaries.text]).toEqual(['ready', 'done'])
    expect(lastPrompt()).toContain(' … ')
  })

  it('gives way to a question, and keeps what it has', async () => {
    await talk(2)
    page.engine.replies.push(['half of it', gate().opened, ' and the rest'], ['answer'])
    const writing = summaries.write(1)
    await eventually(() => expect(summaries.text).toBe('half of it'))
    await Promise.all([writing, page.chat.send('never mind')])
    expect([summaries.state, summaries.text]).toEqual(['ready', 'half of it'])
    expect(page.chat.shown.path.at(-1)?.text).toBe('answer')
  })

  it('is left to the person where the model says that it cannot sum up', async () => {
    await talk(2)
    page.engine.replies.push(['Please load a bigger model.'])
    await summaries.write(1)
    expect([summaries.state, summaries.declined, summaries.text]).toEqual(['ready', true, ''])
    await summaries.use()
    expect(summaries.state).toBe('ready')
    summaries.text = 'by hand'
    await summaries.use()
    expect((await stored())?.text).toBe('by hand')
  })

  it('says why it could not be written, and changes nothing', async () => {
    await talk(2)
    page.engine.replies.push([new AppError('generation-failed', 'Failed.', { retry: 'now' })])
    await summaries.write(1)
    expect([summaries.state, summaries.error?.code, await stored()]).toEqual(['failed', 'generation-failed', undefined])
  })
})
