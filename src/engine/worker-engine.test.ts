import { afterEach, describe, expect, it, vi } from 'vitest'
import { collect } from '../../test/fixtures/collect'
import type { RunPlan } from '../models/run-plan'
import { FakeWorker } from '../platform/rpc.fixture'
import type { ErrorRecord } from '../shared/errors'
import type { GenerationRequest, Usage } from './engine'
import { GPU, processor } from './machine'
import { WorkerEngine } from './worker-engine'

const PLAN = { build: { artifacts: [{ path: 'a', bytes: 1, sha256: '0', role: 'shard' }] } } as unknown as RunPlan
const LOADED = { id: 'm', contextWindow: 8, loadMs: 1 }
const USAGE: Usage = { promptTokens: 1, prefilledTokens: 1, newTokens: 1, prefillMs: 1, decodeMs: 1, droppedTurns: 0 }
const REQUEST = {} as GenerationRequest
const calling = (procedure: string): unknown => expect.objectContaining({ type: 'call', procedure })
const failure = (code: ErrorRecord['code']): ErrorRecord => ({ code, message: 'x', retry: 'now', details: {} })

function setup(machine = GPU) {
  const workers: FakeWorker[] = []
  const engine = new WorkerEngine(() => {
    const worker = new FakeWorker()
    workers.push(worker)
    return worker as unknown as Worker
  }, machine)
  const lost = vi.fn()
  engine.onLost(lost)
  const load = (signal = new AbortController().signal) =>
    engine.load(PLAN, () => Promise.resolve(new Blob(['x'])), { signal, onProgress: () => undefined })
  const loaded = async () => {
    const loading = load()
    await vi.waitFor(() => {
      expect(workers).toHaveLength(1)
    })
    workers[0]?.answer('load', LOADED)
    await loading
    return workers[0] as FakeWorker
  }
  return { engine, workers, lost, load, loaded }
}

const generate = (engine: WorkerEngine, signal = new AbortController().signal) =>
  collect(engine.generate(REQUEST, { signal }))

afterEach(() => {
  vi.useRealTimers()
})

describe('WorkerEngine', () => {
  it('loads with Blobs and streams a reply', async () => {
    const { engine, loaded } = setup()
    const worker = await loaded()
    expect(worker.asked('load')).toMatchObject([{ files: [['a', expect.any(Blob)]] }])
    const reply = generate(engine)
    worker.report('generate', { type: 'delta', text: 'a', ids: [7] })
    worker.answer('generate', { type: 'done', reason: 'stop', usage: USAGE })
    expect((await reply).map((event) => event.type)).toEqual(['delta', 'done'])
  })

  it('hands the worker of the processor its WebAssembly', async () => {
    const worker = new FakeWorker()
    const runtime = { wasm: new Blob(['wasm']), threads: 1 }
    const engine = new WorkerEngine(
      () => worker as unknown as Worker,
      processor(() => Promise.resolve(runtime)),
    )
    expect(engine.kind).toBe('wllama')
    expect(await engine.probe()).toMatchObject({ f16: false, adapter: '' })
    const options = { signal: new AbortController().signal, onProgress: () => undefined }
    const loading = engine.load(PLAN, () => Promise.resolve(new Blob(['x'])), options)
    await vi.waitFor(() => {
      expect(worker.asked('load')).toMatchObject([{ runtime, files: [['a', expect.any(Blob)]] }])
    })
    worker.answer('load', LOADED)
    await loading
  })

  it('ends the worker when a load is cancelled, and starts a new one for the next', async () => {
    const { workers, load } = setup()
    const controller = new AbortController()
    const loading = load(controller.signal)
    await vi.waitFor(() => {
      expect(workers).toHaveLength(1)
    })
    controller.abort()
    await expect(loading).rejects.toThrow('aborted')
    expect(workers[0]?.terminated).toBe(true)
    const again = load()
    await vi.waitFor(() => {
      expect(workers).toHaveLength(2)
    })
    workers[1]?.answer('load', LOADED)
    await expect(again).resolves.toMatchObject({ id: 'm' })
  })

  it('tells a failed load to the caller alone, and never uses that worker again', async () => {
    const { workers, lost, load } = setup()
    const loading = load()
    await vi.waitFor(() => {
      expect(workers).toHaveLength(1)
    })
    workers[0]?.refuse('load', failure('load-failed'))
    await expect(loading).rejects.toMatchObject({ code: 'load-failed' })
    expect(workers[0]?.terminated).toBe(true)
    expect(lost).not.toHaveBeenCalled()
  })

  it('asks the worker to stop, and drains what still comes', async () => {
    const { engine, loaded } = setup()
    const worker = await loaded()
    const controller = new AbortController()
    const reply = generate(engine, controller.signal)
    controller.abort()
    expect(worker.gaveUp('generate')).toBe(true)
    worker.answer('generate', { type: 'done', reason: 'abort', usage: USAGE })
    expect(await reply).toMatchObject([{ reason: 'abort' }])
  })

  it('asks an idle worker for nothing when it is told to stop after the reply’s last token', async () => {
    const { engine, loaded } = setup()
    const worker = await loaded()
    const controller = new AbortController()
    const reply = engine.generate(REQUEST, { signal: controller.signal })[Symbol.asyncIterator]()
    const first = reply.next()
    worker.report('generate', { type: 'delta', text: 'a', ids: [7] })
    worker.answer('generate', { type: 'done', reason: 'stop', usage: USAGE })
    await first
    vi.useFakeTimers()
    controller.abort()
    expect(worker.received).toEqual([calling('lost'), calling('load'), calling('generate')])
    await vi.advanceTimersByTimeAsync(120_000)
    expect(worker.terminated).toBe(false)
    expect((await reply.next()).value).toMatchObject({ reason: 'stop' })
  })

  it('fails the reply and tells of the loss when the worker crashes', async () => {
    const { engine, lost, loaded } = setup()
    const worker = await loaded()
    const reply = generate(engine)
    worker.crash('boom')
    await expect(reply).rejects.toMatchObject({ code: 'engine-crashed' })
    expect(lost).toHaveBeenCalledOnce()
    await expect(generate(engine)).rejects.toMatchObject({ code: 'generation-failed' })
  })

  it('keeps the model when only the prompt was too long', async () => {
    const { engine, lost, loaded } = setup()
    const worker = await loaded()
    const reply = generate(engine)
    worker.refuse('generate', failure('prompt-too-long'))
    await expect(reply).rejects.toMatchObject({ code: 'prompt-too-long' })
    expect(worker.terminated).toBe(false)
    expect(lost).not.toHaveBeenCalled()
  })

  it('gives up on a worker that says nothing for minutes', async () => {
    const { engine, lost, loaded } = setup()
    const worker = await loaded()
    vi.useFakeTimers()
    const reply = generate(engine)
    const outcome = expect(reply).rejects.toMatchObject({ code: 'engine-silent' })
    await vi.advanceTimersByTimeAsync(119_000)
    worker.report('generate', { type: 'delta', text: 'a', ids: [7] })
    await vi.advanceTimersByTimeAsync(119_000)
    expect(worker.terminated).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    await outcome
    expect(worker.terminated).toBe(true)
    expect(lost).toHaveBeenCalledOnce()
  })

  it('gives up on a worker whose load says nothing for minutes', async () => {
    const { workers, load } = setup()
    vi.useFakeTimers()
    const outcome = expect(load()).rejects.toMatchObject({ code: 'engine-silent' })
    await vi.advanceTimersByTimeAsync(299_000)
    workers[0]?.report('load', { phase: 'upload', done: 1, total: 2 })
    await vi.advanceTimersByTimeAsync(299_000)
    expect(workers[0]?.terminated).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    await outcome
    expect(workers[0]?.terminated).toBe(true)
  })

  it('gives up sooner on llama.cpp, which reads a small file at once', async () => {
    const { workers, load } = setup(processor(() => Promise.resolve({ wasm: new Blob(['wasm']), threads: 1 })))
    vi.useFakeTimers()
    const outcome = expect(load()).rejects.toMatchObject({ code: 'engine-silent' })
    await vi.advanceTimersByTimeAsync(29_000)
    expect(workers[0]?.terminated).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    await outcome
    expect(workers[0]?.terminated).toBe(true)
  })

  it('waits longer for a larger file', () => {
    const { loadLimit } = processor(() => Promise.reject(new Error('not asked')))
    expect(loadLimit(1_100_000_000)).toBe(30_000 + 275_000)
  })

  it('refuses a second reply while the first is written', async () => {
    const { engine, loaded } = setup()
    await loaded()
    const first = engine.generate(REQUEST, { signal: new AbortController().signal })[Symbol.asyncIterator]()
    void first.next()
    await expect(generate(engine)).rejects.toMatchObject({ code: 'generation-failed' })
  })

  describe('greedy', () => {
    const ASKED = { prompt: [1, 2], end: 9, most: 4 }
    const greedy = (engine: WorkerEngine, signal = new AbortController().signal) => engine.greedy(ASKED, { signal })

    it('gives the token ids, one request at a time', async () => {
      const { engine, loaded } = setup()
      await expect(greedy(engine)).rejects.toMatchObject({ code: 'generation-failed' })
      const worker = await loaded()
      for (const ids of [[3, 9], [4]]) {
        const reply = greedy(engine)
        await expect(greedy(engine)).rejects.toMatchObject({ code: 'generation-failed' })
        await expect(generate(engine)).rejects.toMatchObject({ code: 'generation-failed' })
        expect(worker.asked('greedy').at(-1)).toEqual(ASKED)
        worker.answer('greedy', ids)
        expect(await reply).toEqual(ids)
      }
      expect(worker.received.slice(2)).toEqual([calling('greedy'), calling('greedy')])
    })

    it('ends the worker when aborted', async () => {
      const { engine, lost, loaded } = setup()
      const worker = await loaded()
      const controller = new AbortController()
      const reply = greedy(engine, controller.signal)
      controller.abort()
      await expect(reply).rejects.toThrow('aborted')
      expect(worker.terminated).toBe(true)
      expect(lost).not.toHaveBeenCalled()
    })

    it('fails when the engine does, or says nothing for minutes', async () => {
      const { engine, loaded } = setup()
      const worker = await loaded()
      const reply = greedy(engine)
      worker.refuse('lost', failure('device-lost'))
      await expect(reply).rejects.toMatchObject({ code: 'device-lost' })
      expect(worker.terminated).toBe(true)

      const silent = setup()
      await silent.loaded()
      vi.useFakeTimers()
      const outcome = expect(greedy(silent.engine)).rejects.toMatchObject({ code: 'engine-silent' })
      await vi.advanceTimersByTimeAsync(120_000)
      await outcome
    })

    it('leaves no watchdog behind', async () => {
      const { engine, loaded } = setup()
      const worker = await loaded()
      vi.useFakeTimers()
      const reply = greedy(engine)
      worker.answer('greedy', [9])
      await reply
      await vi.advanceTimersByTimeAsync(600_000)
      expect(worker.terminated).toBe(false)
    })
  })

  it('scores a text, and has more patience for it', async () => {
    const { engine, loaded } = setup()
    const worker = await loaded()
    const parts = [{ kind: 'text', text: 'a text' }] as const
    const score = () => engine.meanLogProbability(parts, { signal: new AbortController().signal })
    const scored = score()
    await expect(score()).rejects.toMatchObject({ code: 'generation-failed' })
    expect(worker.asked('score')).toEqual([parts])
    worker.answer('score', -2.5)
    expect(await scored).toBe(-2.5)

    vi.useFakeTimers()
    const outcome = expect(score()).rejects.toMatchObject({ code: 'engine-silent' })
    await vi.advanceTimersByTimeAsync(599_000)
    expect(worker.terminated).toBe(false)
    await vi.advanceTimersByTimeAsync(2000)
    await outcome
    expect(worker.terminated).toBe(true)
  })
})
