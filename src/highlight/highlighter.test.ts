import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeWorker } from '../platform/rpc.fixture'
import type { Colours, ToColour } from './highlight-protocol'
import { Highlighter, restAfter } from './highlighter'

/** Delivers the worker's messages to the page. */
const heard = () => vi.advanceTimersByTimeAsync(0)

async function answer(ms = 1, worker = 0): Promise<void> {
  workers[worker]?.report('colour', 'begun')
  const colours: Colours = { ms, changed: { from: 0, runs: Uint16Array.from([0]) } }
  workers[worker]?.answer('colour', colours)
  await heard()
}

async function refuse(): Promise<void> {
  workers[0]?.refuse('colour', { code: 'unexpected', message: 'x', retry: 'later', details: {} })
  await heard()
}

async function crash(): Promise<void> {
  workers[0]?.crash()
  await heard()
}

let workers: FakeWorker[]
let highlighter: Highlighter
const asked = (worker = 0) => workers[worker]?.asked('colour') as readonly ToColour[]
const texts = (worker = 0) => asked(worker).map(({ text }) => text)

beforeEach(() => {
  vi.useFakeTimers()
  workers = []
  highlighter = new Highlighter(() => {
    const worker = new FakeWorker()
    workers.push(worker)
    return worker as unknown as Worker
  })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('Highlighter.whole', () => {
  it('gives the runs of a text, or nothing where it fails', async () => {
    const coloured = highlighter.whole('python', 'a')
    const failed = highlighter.whole('python', 'b')
    await answer()
    await refuse()
    expect(await coloured).toEqual(Uint16Array.from([0]))
    expect(await failed).toBeUndefined()
  })

  it('gives nothing, and waits for nothing, where no worker works', async () => {
    const both = [highlighter.whole('python', 'a'), highlighter.whole('python', 'b')]
    await crash()
    expect(await Promise.all(both)).toEqual([undefined, undefined])
    expect(await highlighter.whole('python', 'c')).toBeUndefined()
  })
})

describe('Highlighter', () => {
  it('starts no worker before there is a text, and one for all', async () => {
    const one = highlighter.follow('python', () => undefined)
    expect(workers).toHaveLength(0)
    one.update('a', true)
    await answer()
    highlighter.follow('css', () => undefined).update('b', true)
    expect(workers).toHaveLength(1)
    expect(texts()).toEqual(['a', 'b'])
  })

  it('has one text in the worker, rests after it, and asks for the newest state', async () => {
    const following = highlighter.follow('python', () => undefined)
    for (const text of ['a', 'ab', 'abc']) following.update(text, false)
    expect(texts()).toEqual(['a'])
    await answer(50)
    following.update('abcd', false)
    vi.advanceTimersByTime(restAfter(50) - 1)
    expect(texts()).toEqual(['a'])
    vi.advanceTimersByTime(1)
    expect(texts()).toEqual(['a', 'abcd'])
  })

  it('asks at once for a text that is whole, and not twice for the same', async () => {
    const following = highlighter.follow('python', () => undefined)
    following.update('a', false)
    await answer(500)
    following.update('ab', true)
    expect(texts()).toEqual(['a', 'ab'])
    await answer()
    following.update('ab', true)
    vi.advanceTimersByTime(60_000)
    expect(texts()).toEqual(['a', 'ab'])
  })

  it('is busy for a bounded share of the time, however long the text grows', async () => {
    const following = highlighter.follow('python', () => undefined)
    let busy = 0
    let count = 0
    const start = performance.now()
    for (let length = 1; length < 80_000; length += 25) {
      following.update('x'.repeat(length), false)
      if (asked().length > count) {
        count = asked().length
        const ms = length / 1000
        vi.advanceTimersByTime(ms)
        busy += ms
        await answer(ms)
      }
      vi.advanceTimersByTime(16)
    }
    expect(count).toBeGreaterThan(50)
    expect(busy / (performance.now() - start)).toBeLessThan(1 / 8)
  })

  it('tells the runs to who asked, unless they have stopped', async () => {
    const told: string[] = []
    const one = highlighter.follow('css', () => told.push('one'))
    one.update('a', true)
    highlighter.follow('css', () => told.push('two')).update('b', true)
    one.stop()
    await answer()
    await answer()
    expect(told).toEqual(['two'])
  })

  it('ends a worker that is stuck on a text, leaves that text plain and goes on with the others', async () => {
    const stuck = highlighter.follow('css', () => undefined)
    stuck.update('hangs', false)
    highlighter.follow('css', () => undefined).update('fine', true)
    vi.advanceTimersByTime(60_000) // a slow line delivers the grammar late, so the worker is not stuck
    expect(workers[0]?.terminated).toBe(false)
    workers[0]?.report('colour', 'begun')
    await vi.advanceTimersByTimeAsync(3000)
    expect(workers[0]?.terminated).toBe(true)
    expect(texts(1)).toEqual(['fine'])
    await answer(1, 1)
    stuck.update('hangs again', true)
    expect(texts(1)).toEqual(['fine'])
  })

  it('leaves a text plain on which the grammar fails', async () => {
    const following = highlighter.follow('css', () => expect.unreachable())
    following.update('a', false)
    await refuse()
    following.update('ab', true)
    vi.advanceTimersByTime(60_000)
    expect(texts()).toEqual(['a'])
  })

  it('gives up where no worker can be started', async () => {
    const following = highlighter.follow('css', () => undefined)
    following.update('a', false)
    await crash()
    following.update('ab', true)
    highlighter.follow('css', () => undefined).update('b', true)
    expect(workers).toHaveLength(1)

    const refusing = new Highlighter(() => {
      throw new Error('refused')
    })
    expect(() => refusing.follow('css', () => undefined).update('a', true)).not.toThrow()
  })

  it('gives the worker no more than a hundred thousand characters', async () => {
    const following = highlighter.follow('css', () => undefined)
    following.update('x'.repeat(120_000), false)
    await answer()
    following.update('x'.repeat(130_000), true)
    vi.advanceTimersByTime(60_000)
    expect(texts().map(({ length }) => length)).toEqual([100_000])
  })
})
