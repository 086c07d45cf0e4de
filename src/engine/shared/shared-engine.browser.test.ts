import { describe, expect, it, vi } from 'vitest'
import type { RunPlan } from '../../models/run-plan'
import { hold } from '../../platform/locks'
import { serve } from '../../platform/rpc'
import { TabLeader } from '../../platform/tab-leader'
import { AppError } from '../../shared/errors'
import type { GenerationEvent } from '../engine'
import { ScriptedEngine } from '../scripted/scripted-engine'
import { asking, QUESTION, SCRIPTED_REPLY, steeringContract, write } from '../steering.fixture'
import { EngineHost } from './engine-host'
import { SharedEngine } from './shared-engine'

const plan = (id: string) =>
  ({
    model: { id, name: id, contextWindow: 4096 },
    build: { engine: 'processor', artifacts: [] },
  }) as unknown as RunPlan
const NANO = plan('nano')
const NEVER = new AbortController().signal
const options = { signal: NEVER, onProgress: () => undefined }
const { thought: _, ...PLAIN } = asking(QUESTION)
const source = () => Promise.reject(new Error('It has no artifacts.'))

/** A tab of a site; each has an engine, which only that of the leader uses. */
function tab(site: string) {
  const engine = new ScriptedEngine()
  const host = new EngineHost(engine)
  const leader = new TabLeader(site, (scope, gone) => {
    serve(host.connect(gone), scope)
  })
  const shared = new SharedEngine(
    () => engine.probe(),
    (signal) => leader.connect(signal),
  )
  const lost = vi.fn<(error: AppError) => void>()
  shared.onLost(lost)
  return { engine, shared, lost, load: (of = NANO, signal = NEVER) => shared.load(of, source, { ...options, signal }) }
}

let sites = 0
function twoTabs() {
  const site = `site-${String(++sites)}-${crypto.randomUUID()}`
  return { first: tab(site), second: tab(site), site }
}

/** Reads a reply; `until` stops it, `seen` has the events so far. */
function read(engine: SharedEngine, signal = NEVER) {
  const seen: GenerationEvent[] = []
  const done = (async () => {
    for await (const event of engine.generate(PLAIN, { signal })) seen.push(event)
    return seen
  })()
  done.catch(() => undefined)
  return { seen, done }
}

const gate = () => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

const textOf = (events: readonly GenerationEvent[]) =>
  events.map((event) => (event.type === 'delta' ? event.text : '')).join('')

/** The second tab in the middle of a reply, which the first one's engine writes. */
async function midReply(first: ReturnType<typeof tab>, second: ReturnType<typeof tab>) {
  await first.load()
  await second.load()
  first.engine.replies.push(['so far', new Promise(() => undefined)])
  const reply = read(second.shared)
  await vi.waitFor(() => {
    expect(textOf(reply.seen)).toBe('so far')
  })
  return reply
}

describe('an engine in another tab', async () => {
  const { first, second } = twoTabs()
  await first.load()
  await second.load()
  // A wish takes two messages to the engine, which would have written it all by then.
  first.engine.model.pause = () => new Promise((resolve) => setTimeout(resolve, 2))
  steeringContract(() => ({
    engine: second.shared,
    prepare: (from = 0) => {
      first.engine.replies.splice(0, Infinity, SCRIPTED_REPLY.slice(from))
    },
  }))

  it('is the only one', () => {
    expect([first.engine.loads, second.engine.loads]).toEqual([1, 0])
  })
})

describe('two tabs', () => {
  it('have replies written one after the other, and say how many come first', async () => {
    const { first, second } = twoTabs()
    await Promise.all([first.load(), second.load()])
    const [leader, other] = first.engine.loads === 1 ? [first, second] : [second, first]
    expect(other.engine.loads).toBe(0)
    const { opened, open } = gate()
    leader.engine.replies.push(['one', opened], ['two'])
    const one = read(leader.shared)
    await vi.waitFor(() => {
      expect(textOf(one.seen)).toBe('one')
    })
    const two = read(other.shared)
    await vi.waitFor(() => {
      expect(two.seen).toEqual([{ type: 'waiting', before: 1 }])
    })
    open()
    expect((await one.done).at(-1)).toMatchObject({ type: 'done', reason: 'stop' })
    expect(textOf(await two.done)).toBe('two')
    expect(two.seen.slice(0, 3)).toMatchObject([{ before: 1 }, { before: 0 }, { type: 'begun' }])
  })

  it('can each stop what waits, and what is written', async () => {
    const { first, second } = twoTabs()
    await first.load()
    await second.load()
    first.engine.replies.push(['one', new Promise(() => undefined)], ['three'])
    const stopOne = new AbortController()
    const one = read(first.shared, stopOne.signal)
    await vi.waitFor(() => {
      expect(textOf(one.seen)).toBe('one')
    })
    const stopTwo = new AbortController()
    const two = read(second.shared, stopTwo.signal)
    await vi.waitFor(() => {
      expect(two.seen).toHaveLength(1)
    })
    stopTwo.abort()
    await expect(two.done).rejects.toThrow('aborted')
    stopOne.abort()
    expect((await one.done).at(-1)).toMatchObject({ type: 'done', reason: 'abort' })
    expect(textOf(await read(second.shared).done)).toBe('three')
  })

  it('with different models take turns, and the one whose model had to go is told', async () => {
    const { first, second } = twoTabs()
    await first.load()
    await second.load(plan('other'))
    await vi.waitFor(() => {
      expect(first.lost).toHaveBeenCalledOnce()
    })
    expect(first.lost.mock.calls[0]?.[0].code).toBe('engine-moved')
    await expect(read(first.shared).done).rejects.toMatchObject({ code: 'engine-moved' })
    expect(second.lost).not.toHaveBeenCalled()
    await first.load()
    expect(first.engine.loads).toBe(3)
    await vi.waitFor(() => {
      expect(second.lost).toHaveBeenCalledOnce()
    })
  })

  it('keep a model as long as one of them wants it', async () => {
    const { first, second } = twoTabs()
    await first.load()
    await second.load()
    first.shared.unload()
    first.engine.replies.push(['still'])
    expect(textOf(await read(second.shared).done)).toBe('still')
    expect(second.lost).not.toHaveBeenCalled()
    second.shared.unload()
    await expect(read(second.shared).done).rejects.toMatchObject({ code: 'generation-failed' })
    await second.load()
    expect(first.engine.loads).toBe(2)
  })

  it('end a reply with its unload', async () => {
    const { first, second } = twoTabs()
    const reply = await midReply(first, second)
    second.shared.unload()
    expect((await reply.done).at(-1)).toMatchObject({ type: 'done', reason: 'abort' })
  })

  it('are both told of a device that is lost, with the error of the reply', async () => {
    const { first, second } = twoTabs()
    await first.load()
    await second.load()
    first.engine.replies.push(['so far', new AppError('device-lost', 'Gone.', { retry: 'now' })])
    await expect(read(second.shared).done).rejects.toMatchObject({ code: 'device-lost' })
    await vi.waitFor(() => {
      expect([first.lost, second.lost].map(({ mock }) => mock.calls[0]?.[0].code)).toEqual([
        'device-lost',
        'device-lost',
      ])
    })
  })

  it('measure prompts and the probability of a text', async () => {
    const { first, second } = twoTabs()
    await first.load()
    await second.load()
    const { prompt } = asking(QUESTION)
    expect(await second.shared.measure(prompt, 100)).toEqual(await first.shared.measure(prompt, 100))
    expect(await second.shared.meanLogProbability([], { signal: NEVER })).toBe(-2)
  })

  it('give up a load that waits, and the other one goes on', async () => {
    const { first, second } = twoTabs()
    const { opened, open } = gate()
    first.engine.loading = opened
    const loading = first.load()
    await vi.waitFor(() => {
      expect(first.engine.loads).toBe(1)
    })
    const stop = new AbortController()
    const waiting = second.load(plan('other'), stop.signal)
    await new Promise((resolve) => setTimeout(resolve, 500))
    stop.abort()
    await expect(waiting).rejects.toThrow('aborted')
    open()
    expect(await loading).toMatchObject({ id: 'nano' })
  })
})

describe('a tab that loses the engine', () => {
  it('is told, and finds the next one', async () => {
    const { first, second, site } = twoTabs()
    const reply = await midReply(first, second)
    // Takes the lock from the first tab, as a third one would whose questions it did not answer.
    const thief = await hold(site, 'steal')
    await vi.waitFor(() => {
      expect(first.lost.mock.calls[0]?.[0].code).toBe('engine-moved')
    })
    thief?.release()
    await expect(reply.done).rejects.toBeInstanceOf(AppError)
    await second.load()
    second.engine.replies.push(['again'])
    expect(await write(second.shared, PLAIN)).toMatchObject({ text: 'again' })
    await first.load()
    expect([first.engine.loads, second.engine.loads]).toEqual([1, 1])
  })
})
