import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { GreedyEngine, GreedyRequest } from '../../engine/engine'
import { parseGolden, type Golden } from '../../models/golden'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan, withArtifacts } from '../../models/plan.fixture'
import type { RunPlan } from '../../models/run-plan'
import { SettingsStore } from '../../platform/settings-store'
import { AppError } from '../../shared/errors'
import { SelfTest, type SelfTestParts } from './self-test.svelte'

const json = (name: string): unknown => JSON.parse(readFileSync(`public/models/${name}`, 'utf8'))
const golden = parseGolden(json('nano/golden.json'))
const manifest = parseManifest(json('nano/manifest.json'))
const manifestF16 = parseManifest(json('self-test-f16/manifest.json'))
const { signal } = new AbortController()
const damaged = new AppError('artifact-damaged', 'x', { retry: 'now', details: { file: 'nano-gpu.wasm' } })

/** A device that gives the right replies, or the results of `reply`; each reply takes `replyMs`. */
class FakeEngine implements GreedyEngine {
  adapter = 'one'
  f16 = false
  replyMs = 0
  time = 0
  reply = (request: GreedyRequest): readonly number[] | Promise<never> =>
    golden.prompts.find(({ prompt }) => prompt === request.prompt)?.reply ?? []
  readonly loaded: RunPlan[] = []
  readonly loadFailures: AppError[] = []
  asked: GreedyRequest[] = []
  unloads = 0

  probe = () => Promise.resolve({ f16: this.f16, software: true, adapter: this.adapter, limits: {} })
  load = (plan: RunPlan) => {
    const failure = this.loadFailures.shift()
    if (failure) return Promise.reject(failure)
    this.loaded.push(plan)
    const { id, contextWindow } = plan.model
    return Promise.resolve({ id, contextWindow, loadMs: 1 })
  }
  greedy = async (request: GreedyRequest) => {
    this.asked.push(request)
    this.time += this.replyMs
    return await this.reply(request)
  }
  unload = () => void (this.unloads += 1)
}

let engine: FakeEngine
let settings: SettingsStore
const nanoF16 = {
  manifest: vi.fn(() => Promise.resolve(manifestF16)),
  places: { weights: ['f/'], kernels: ['f/'] },
}
let weights: Record<'ensure' | 'needing' | 'read' | 'verify', ReturnType<typeof vi.fn>>
beforeEach(() => {
  engine = new FakeEngine()
  settings = new SettingsStore()
  nanoF16.manifest.mockClear()
  weights = {
    ensure: vi.fn(() => Promise.resolve()),
    needing: vi.fn((_artifacts: unknown, task: () => Promise<unknown>) => task()),
    read: vi.fn(() => Promise.resolve(new Blob())),
    verify: vi.fn(() => Promise.resolve([])),
  }
})

/** The test on a page that is opened now. */
const open = (changes: Partial<SelfTestParts> = {}) =>
  new SelfTest({
    engine,
    weights: weights as unknown as SelfTestParts['weights'],
    settings,
    nano: { manifest: () => Promise.resolve(manifest), places: { weights: ['w/'], kernels: ['l/'] } },
    nanoF16,
    golden: () => Promise.resolve(golden),
    browserVersion: 'browser 1',
    now: () => 1000 + engine.time,
    ...changes,
  })

describe('a run', () => {
  it('loads Nano with the golden kernels from the store and compares every prompt', async () => {
    const test = open()
    await test.run(signal)
    const f32 = { passed: true, prompts: 20, adapter: 'one', browserVersion: 'browser 1', at: 1000 }
    expect(test.verdicts).toEqual({ f32 })
    expect(nanoF16.manifest).not.toHaveBeenCalled()
    const kernels = { ...golden.kernels, role: 'library' }
    expect(engine.loaded[0]?.build.artifacts).toContainEqual(kernels)
    expect(weights.ensure.mock.calls[0]?.[0]).toBe(engine.loaded[0]?.build.artifacts)
    expect(engine.asked[0]).toEqual({
      prompt: golden.prompts[0]?.prompt,
      end: golden.prompts[0]?.reply.at(-1),
      most: golden.prompts[0]?.reply.length,
    })
    expect([engine.unloads, test.progress, test.error]).toEqual([1, undefined, undefined])
  })

  it('stops at the first wrong token, and says where, also later', async () => {
    const right = engine.reply
    const wrong = golden.prompts[2]?.reply.with(5, 1) ?? []
    engine.reply = (request) => (engine.asked.length === 3 ? wrong : right(request))
    const test = open()
    await test.run(signal)
    expect(test.verdicts.f32).toMatchObject({
      passed: false,
      prompts: 3,
      firstDifference: { prompt: 2, token: 5, expected: golden.prompts[2]?.reply[5], got: 1 },
    })
    expect(engine.asked).toHaveLength(3)
    const later = open()
    await later.recall()
    expect(later.verdicts).toEqual(test.verdicts)
  })

  it('leaves prompts out on a slow device, but never more than all but two', async () => {
    for (const [replyMs, prompts] of [
      [4_000, 6],
      [90_000, 2],
    ] as const) {
      engine.replyMs = replyMs
      const test = open()
      await test.run(signal)
      expect(test.verdicts.f32).toMatchObject({ passed: true, prompts })
    }
  })

  it('has its own error for an engine that fails, and no verdict', async () => {
    engine.reply = () => Promise.reject(new AppError('device-lost', 'gone', { retry: 'now' }))
    const test = open()
    await test.run(signal)
    expect([test.verdicts, test.error?.code, engine.unloads]).toEqual([{}, 'device-lost', 1])
    const later = open()
    await later.recall()
    expect(later.verdicts).toEqual({})
  })

  it('throws damaged files away and fetches them once more', async () => {
    engine.loadFailures.push(damaged)
    const test = open()
    await test.run(signal)
    expect(weights.verify).toHaveBeenCalledOnce()
    expect(weights.ensure).toHaveBeenCalledTimes(2)
    expect(test.verdicts.f32?.passed).toBe(true)

    engine.loadFailures.push(damaged, damaged)
    const again = open()
    await again.run(signal)
    expect(again.error).toBe(damaged)
  })

  it('is joined by a second call, and not run again', async () => {
    const test = open()
    await Promise.all([test.run(signal), test.run(signal)])
    expect(engine.loaded).toHaveLength(1)
    await test.run(signal)
    expect(engine.loaded).toHaveLength(1)
  })

  it('can be asked for again, and what was known stands until there is a new verdict', async () => {
    const test = open()
    engine.reply = () => [1]
    await test.run(signal)
    expect(test.verdicts.f32?.passed).toBe(false)
    const known = test.verdicts

    engine.reply = () => Promise.reject(new AppError('device-lost', 'gone', { retry: 'now' }))
    await test.runAgain(signal)
    expect([test.verdicts, test.error?.code]).toEqual([known, 'device-lost'])
    const stop = new AbortController()
    engine.reply = () => {
      stop.abort()
      return Promise.reject(stop.signal.reason as Error)
    }
    await test.runAgain(stop.signal)
    expect([test.verdicts, test.error]).toEqual([known, undefined])

    engine.reply = (request) => golden.prompts.find(({ prompt }) => prompt === request.prompt)?.reply ?? []
    await test.runAgain(signal)
    expect(test.verdicts.f32?.passed).toBe(true)
  })
})

describe('on a device with shader-f16', () => {
  const inF16 = () => engine.loaded.at(-1)?.model.id === manifestF16.id
  beforeEach(() => {
    engine.f16 = true
  })

  it('runs in f32 first, then in f16 with weights and kernels of its own', async () => {
    const test = open()
    const seen: unknown[] = []
    const right = engine.reply
    engine.reply = (request) => {
      seen.push(test.progress)
      return right(request)
    }
    await test.run(signal)
    expect(engine.loaded.map(({ build }) => build.quantization)).toEqual(['q4f32_1', 'q4f16_1'])
    expect(engine.loaded[1]?.model).toBe(manifestF16)
    expect(weights.ensure.mock.calls.map(([, places]) => places as unknown)).toEqual([
      { weights: ['w/'], kernels: ['l/'] },
      nanoF16.places,
    ])
    expect(test.verdicts).toMatchObject({ f32: { passed: true, prompts: 20 }, f16: { passed: true, prompts: 20 } })
    expect([seen[0], seen[20], seen[39]]).toEqual([
      { done: 0, total: 40 },
      { done: 20, total: 40 },
      { done: 39, total: 40 },
    ])
  })

  it.each([
    ['f16', true, false],
    ['f32', false, true],
  ])('tells a device that is wrong in %s alone, and remembers it', async (_precision, f32, f16) => {
    const right = engine.reply
    engine.reply = (request) => ((inF16() ? f16 : f32) ? right(request) : [1])
    const test = open()
    await test.run(signal)
    expect(test.verdicts).toMatchObject({ f32: { passed: f32 }, f16: { passed: f16 } })
    const later = open()
    await later.recall()
    expect(later.verdicts).toEqual(test.verdicts)
    await later.run(signal)
    expect(engine.loaded).toHaveLength(2)
  })

  it('keeps the verdict in f32 where there is none in f16, and runs only what is missing', async () => {
    nanoF16.manifest.mockRejectedValueOnce(new AppError('network', 'x', { retry: 'now' }))
    const test = open()
    await test.run(signal)
    expect([Object.keys(test.verdicts), test.error?.code]).toEqual([['f32'], 'network'])
    await test.run(signal)
    expect([Object.keys(test.verdicts), test.error]).toEqual([['f32', 'f16'], undefined])
    expect(engine.loaded).toHaveLength(2)
  })

  it('gives each precision the time that is there for slow devices', async () => {
    engine.replyMs = 4_000
    const test = open()
    await test.run(signal)
    expect(test.verdicts).toMatchObject({ f32: { prompts: 6 }, f16: { prompts: 6 } })
  })

  it('forgets the verdict of other kernels in f16, and only that', async () => {
    const test = open()
    await test.run(signal)
    const artifacts = gpuPlan(manifestF16).build.artifacts.map((artifact) => ({ ...artifact, sha256: 'b'.repeat(64) }))
    nanoF16.manifest.mockResolvedValueOnce(withArtifacts(manifestF16, artifacts))
    const later = open()
    await later.recall()
    expect(later.verdicts).toEqual({ f32: test.verdicts.f32 })
  })
})

describe('the memory', () => {
  const recalled = async (changes: Partial<SelfTestParts> = {}) => {
    const test = open(changes)
    await test.recall()
    expect(engine.loaded).toHaveLength(1)
    return test.verdicts.f32
  }
  const other: Golden = { ...golden, kernels: { ...golden.kernels, sha256: 'a'.repeat(64) } }

  it.each([
    ['passed', (right: readonly number[]) => right],
    ['failed', () => [1]],
    ['failed without a token', () => []],
  ])('keeps a verdict: %s', async (_name, change) => {
    const right = engine.reply
    engine.reply = (request) => change(right(request) as readonly number[])
    const test = open()
    await test.run(signal)
    expect(await recalled()).toEqual(test.verdicts.f32)
  })

  it('is of one adapter, version of the browser and kernels', async () => {
    const test = open()
    await test.run(signal)
    expect(await recalled({ browserVersion: 'browser 2' })).toBeUndefined()
    expect(await recalled({ golden: () => Promise.resolve(other) })).toBeUndefined()
    engine.adapter = 'two'
    expect(await recalled()).toBeUndefined()
    engine.adapter = 'one'
    expect(await recalled()).toEqual(test.verdicts.f32)
  })

  it('is no verdict when it cannot be read', async () => {
    await open().run(signal)
    for (const text of ['{', '{}', '{"librarySha256":1}']) {
      settings.set('self-test:one', text)
      expect(await recalled()).toBeUndefined()
    }
  })

  it('reports why it could not be looked up', async () => {
    await open().run(signal)
    const test = open({ golden: () => Promise.reject(new AppError('network', 'x', { retry: 'now' })) })
    await test.recall()
    expect(test.error?.code).toBe('network')
  })
})
