import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../shared/errors'
import type { ConversationId } from '../../shared/ids'
import { eventually, gate, openPage, shown, type TestPage } from '../page.fixture'

let page: TestPage
beforeEach(() => {
  page = openPage()
  vi.stubGlobal('fetch', page.site.fetch)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const path = () => shown(page.chat.shown.path)
const stored = async (id = page.chat.shown.conversation?.id as ConversationId) =>
  shown((await page.store.messages(id)).sort((a, b) => a.createdAt - b.createdAt || (a.role === 'user' ? -1 : 1)))
/** Begins a question whose reply waits after its first tokens, until `open`. */
function asking(question: string, ...before: string[]) {
  const wait = gate()
  const sent = page.ask(question, ...before, wait.opened, ' end')
  const streaming = eventually(() => {
    expect(page.chat.live?.tokens).toBe(before.length)
    expect(page.engine.requests.length).toBeGreaterThan(0)
  })
  return { sent, streaming, open: wait.open }
}

describe('sending', () => {
  it('stores the question and the reply with its counts, under the question’s title', async () => {
    await page.ask('What is 1 + 1?\nPlease.', '<think>one and one</think>', '2')
    expect(path()).toEqual(['What is 1 + 1?\nPlease.', '<think>one and one</think>2 (done)'])
    expect(await stored()).toEqual(path())
    expect(page.chat.shown.conversation?.title).toBe('What is 1 + 1?')
    const [reply] = page.chat.shown.path.slice(-1)
    expect(reply).toMatchObject({ modelId: 'nano', thoughtMs: 0, stats: { newTokens: 4 } })
    expect(reply?.stats?.prefilledTokens).toBe(reply?.stats?.promptTokens)
    expect(page.chat.live).toBeUndefined()
  })

  it('gives the model the branch on the page', async () => {
    await page.ask('a', '<think>t</think>1')
    await page.ask('b', '<think>t</think>2')
    expect(page.engine.requests[1]?.prompt.history).toHaveLength(1)
    expect(page.engine.requests[1]).toMatchObject({ historyTokens: 50, maxNewTokens: 100, sampling: { topP: 1 } })
  })

  it('has the question on the page and in the store before the model is loaded', async () => {
    const load = gate()
    page.engine.loading = load.opened
    const sent = page.ask('a')
    expect(path()).toEqual(['a', ' (streaming)'])
    await eventually(async () => expect(await stored()).toEqual(['a', ' (streaming)']))
    load.open()
    await sent
  })

  it.each(['', ' \n'])('ignores the blank question %j', async (text) => {
    await page.chat.send(text)
    expect(page.chat.shown.conversation).toBeUndefined()
  })

  it('asks once when it is told to twice at the same moment', async () => {
    page.engine.replies.push(['x'])
    await Promise.all([page.chat.send('a'), page.chat.send('a')])
    expect(path()).toEqual(['a', 'x (done)'])
  })
})

describe('stopping', () => {
  it('keeps what has come', async () => {
    const { sent, streaming } = asking('a', 'half')
    await streaming
    page.chat.stop()
    await sent
    expect(path()).toEqual(['a', 'half (stopped)'])
    expect(await stored()).toEqual(path())
    await page.ask('b', 'x')
    expect(path()).toEqual(['a', 'half (stopped)', 'b', 'x (done)'])
  })

  it('does not wait for a model that is still being loaded, and stops the load; the next question begins another one', async () => {
    const load = gate()
    page.engine.loading = load.opened
    const sent = page.ask('a', 'never')
    await eventually(() => expect(page.engine.loads).toBe(1))
    page.chat.stop()
    await sent
    expect(path()).toEqual(['a', ' (stopped)'])
    load.open()
    page.engine.replies.length = 0
    await page.ask('b', 'x')
    expect(path().slice(2)).toEqual(['b', 'x (done)'])
    expect(page.engine.loads).toBe(2)
  })
})

describe('branches', () => {
  it('keeps the old reply beside a regenerated one, and the old question beside an edited one', async () => {
    await page.ask('a', 'first')
    const [question, first] = page.chat.shown.path
    if (!question || !first) throw new Error('There is no reply.')
    page.engine.replies.push(['second'], ['third'])
    page.clock.now += 1
    await page.chat.again.regenerate(first)
    expect(path()).toEqual(['a', 'second (done)'])
    expect(shown(page.chat.shown.branches.beside(first))).toEqual(['first (done)', 'second (done)'])
    expect(page.engine.requests[1]?.prompt).toEqual(page.engine.requests[0]?.prompt)
    page.clock.now += 1
    await page.chat.again.edit(question, 'b')
    expect(path()).toEqual(['b', 'third (done)'])
    expect(shown(page.chat.shown.branches.beside(question))).toEqual(['a', 'b'])
    page.clock.now += 1
    await page.chat.shown.branches.show(question)
    expect(path()).toEqual(['a', 'second (done)'])
    const { id } = page.chat.shown.conversation ?? {}
    const other = openPage({ database: page.database })
    await other.chat.shown.open(id as ConversationId)
    expect(shown(other.chat.shown.path)).toEqual(path())
  })

  it('changes nothing while a reply is written', async () => {
    await page.ask('a', 'first')
    const [question, reply] = page.chat.shown.path
    if (!question || !reply) throw new Error('There is no reply.')
    const { sent, streaming, open } = asking('b', 'x')
    await streaming
    await page.chat.again.regenerate(reply)
    await page.chat.again.edit(question, 'c')
    open()
    await sent
    expect(path()).toEqual(['a', 'first (done)', 'b', 'x end (done)'])
    expect(page.chat.shown.branches.beside(question)).toHaveLength(1)
  })
})

describe('a failure', () => {
  it('is stored with the reply, and the conversation goes on', async () => {
    await page.ask('a', 'half', new AppError('generation-failed', 'gone', { retry: 'now', details: { reason: 'r' } }))
    expect(path()).toEqual(['a', 'half (error)'])
    expect(page.chat.shown.path[1]?.error).toEqual({
      code: 'generation-failed',
      message: 'gone',
      retry: 'now',
      details: { reason: 'r' },
    })
    expect(await stored()).toEqual(path())
    expect(page.model.state).toBe('error')
    await page.ask('b', 'x')
    expect(path().slice(2)).toEqual(['b', 'x (done)'])
    expect(page.engine.loads).toBe(2)
  })

  it('of loading is the reply’s', async () => {
    page.engine.loadFailures.push(new AppError('load-failed', 'no', { retry: 'now' }))
    await page.ask('a')
    expect(page.chat.shown.path[1]).toMatchObject({ state: 'error', text: '', error: { code: 'load-failed' } })
  })

  it('of a prompt that is too long leaves the model loaded', async () => {
    await page.ask('a', new AppError('prompt-too-long', 'long', { retry: 'never' }))
    expect(page.model.state).toBe('ready')
  })
})

describe('a model that stops while it writes', () => {
  const lost = () => new AppError('device-lost', 'gone', { retry: 'now' })

  it('is loaded again, and the reply goes on from its last token', async () => {
    page.engine.replies.push(['so ', 'far', lost()], [' and', lost()], [' on'])
    await page.chat.send('a')
    expect(path()).toEqual(['a', 'so far and on (done)'])
    expect(page.engine.loads).toBe(3)
    expect(page.engine.requests.map(({ reply }) => reply?.length)).toEqual([0, 2, 3])
    expect(page.chat.shown.path[1]?.stats?.newTokens).toBe(4)
    expect(await stored()).toEqual(path())
  })

  it('says so while the reply is written', async () => {
    const { opened, open } = gate()
    page.engine.replies.push(['x', lost()], [opened, 'y'])
    const sent = page.chat.send('a')
    await eventually(() => {
      expect(page.chat.live?.recovery).toBe('again')
    })
    open()
    await sent
    expect(page.chat.live).toBeUndefined()
  })

  it('is given up after two tries where there is no less demanding way', async () => {
    page.engine.replies.push(['a', lost()], ['b', lost()], ['c', lost()], ['never'])
    await page.chat.send('q')
    expect(path()).toEqual(['q', 'abc (error)'])
    expect(page.chat.shown.path[1]?.error?.code).toBe('device-lost')
    expect(page.engine.loads).toBe(3)
  })

  it('may need its second try for the load', async () => {
    page.engine.replies.push(['a', lost()], ['b'])
    await page.model.ready(new AbortController().signal)
    page.engine.loadFailures.push(new AppError('load-failed', 'no', { retry: 'now' }))
    await page.chat.send('q')
    expect(path()).toEqual(['q', 'ab (done)'])
  })

  it('then runs with half the context window, for later replies too', async () => {
    const large = openPage({ contextWindow: 4096 })
    large.engine.replies.push(['a', lost()], ['b', lost()], ['c', lost()], ['d'], ['e'])
    await large.chat.send('q')
    expect(shown(large.chat.shown.path)).toEqual(['q', 'abcd (done)'])
    expect(large.model.plan?.model).toMatchObject({ contextWindow: 2048, historyTokens: 2048 })
    await large.chat.send('q')
    expect(large.model.plan?.model.contextWindow).toBe(2048)
    large.model.use(large.model.source)
    await large.model.ready(new AbortController().signal)
    expect(large.model.plan?.model.contextWindow).toBe(4096)
  })

  it('is found again where another tab needed it first, without a word and as often as that happens', async () => {
    const moved = () => new AppError('engine-moved', 'elsewhere', { retry: 'now' })
    page.engine.replies.push(['a', moved()], ['b', moved()], ['c', moved()], ['d'])
    const seen: unknown[] = []
    const sent = page.chat.send('q')
    const watching = setInterval(() => seen.push(page.chat.live?.recovery), 5)
    await sent
    clearInterval(watching)
    expect(path()).toEqual(['q', 'abcd (done)'])
    expect(seen.every((step) => step === undefined)).toBe(true)
    expect(page.model.state).toBe('ready')
  })

  it('is not started again after Stop', async () => {
    const { opened, open } = gate()
    page.engine.replies.push(['x', lost()], ['never'])
    page.model.ready(new AbortController().signal).catch(() => undefined)
    await eventually(() => {
      expect(page.model.state).toBe('ready')
    })
    page.engine.loading = opened
    const sent = page.chat.send('a')
    await eventually(() => {
      expect(page.chat.live?.recovery).toBe('again')
    })
    page.chat.stop()
    open()
    await sent
    expect(path()).toEqual(['a', 'x (stopped)'])
  })
})

describe('moving about while a reply is written', () => {
  it('finishes the reply of a conversation that is not shown', async () => {
    const { sent, streaming, open } = asking('a', 'x')
    await streaming
    const id = page.chat.shown.conversation?.id as ConversationId
    const [reply] = page.chat.shown.path.slice(-1)
    page.chat.shown.startNew()
    expect(path()).toEqual([])
    open()
    await sent
    expect(path()).toEqual([])
    expect(reply && page.chat.shown.branches.beside(reply)).toEqual([])
    expect(await stored(id)).toEqual(['a', 'x end (done)'])
    expect(await page.chat.shown.open(id)).toBe(true)
    expect(path()).toEqual(['a', 'x end (done)'])
  })

  it('shows the end of a reply that came while its conversation was being read', async () => {
    const { sent, streaming, open } = asking('a', 'x')
    await streaming
    const id = page.chat.shown.conversation?.id as ConversationId
    page.chat.shown.startNew()
    const read = page.store.messages.bind(page.store)
    const [begun, slow] = [gate(), gate()]
    vi.spyOn(page.store, 'messages').mockImplementation(async (of) => {
      const messages = await read(of)
      begun.open()
      await slow.opened
      return messages
    })
    const opened = page.chat.shown.open(id)
    await begun.opened
    open()
    await sent
    slow.open()
    await opened
    expect(path()).toEqual(['a', 'x end (done)'])
  })

  it('shows what was asked for last, however long the reads take', async () => {
    await page.ask('a', '1')
    const a = page.chat.shown.conversation?.id as ConversationId
    page.chat.shown.startNew()
    await page.ask('b', '2')
    const b = page.chat.shown.conversation?.id as ConversationId
    const read = page.store.get.bind(page.store)
    const slow = gate()
    vi.spyOn(page.store, 'get').mockImplementation(async (id) => {
      if (id === a) await slow.opened
      return await read(id)
    })
    const openA = page.chat.shown.open(a)
    expect(await page.chat.shown.open(b)).toBe(true)
    slow.open()
    expect(await openA).toBe(true)
    expect(path()).toEqual(['b', '2 (done)'])

    const again = page.chat.shown.open(a)
    page.chat.shown.startNew()
    await again
    expect(path()).toEqual([])
  })

  it('knows when there is no such conversation', async () => {
    expect(await page.chat.shown.open('none' as ConversationId)).toBe(false)
  })
})

it('stores a reply in progress twice a second', async () => {
  const save = vi.spyOn(page.store, 'save')
  const { sent, streaming, open } = asking('a', 'x')
  await streaming
  expect(save).not.toHaveBeenCalled()
  page.chat.stop()
  open()
  await sent
  save.mockClear()

  const waits = [gate(), gate()]
  const replying = page.ask('b', '1', waits[0]?.opened ?? '', '2', waits[1]?.opened ?? '', '3')
  await eventually(() => expect(page.chat.live?.text).toBe('1'))
  page.clock.now += 500
  waits[0]?.open()
  await eventually(async () => expect((await stored()).at(-1)).toBe('12 (streaming)'))
  page.clock.now += 499
  waits[1]?.open()
  await replying
  expect(save.mock.calls.map(([message, durability]) => [message.text, durability])).toEqual([
    ['12', 'relaxed'],
    ['123', 'strict'],
  ])
})

it('stores a reply in progress though the clock is set back', async () => {
  const wait = gate()
  const replying = page.ask('a', '1', wait.opened, '2', wait.opened, '3')
  await eventually(() => expect(page.chat.live?.text).toBe('1'))
  page.clock.now -= 3_600_000
  const save = vi.spyOn(page.store, 'save')
  wait.open()
  await replying
  expect(save.mock.calls.map(([message, durability]) => [message.text, durability])).toEqual([
    ['12', 'relaxed'],
    ['123', 'strict'],
  ])
})
