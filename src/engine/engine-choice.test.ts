import { beforeEach, describe, expect, it, vi } from 'vitest'
import { collect } from '../../test/fixtures/collect'
import type { Artifact, Build } from '../models/manifest'
import type { RunPlan } from '../models/run-plan'
import { AppError, type ErrorCode } from '../shared/errors'
import type { GenerationRequest } from './engine'
import { EngineChoice } from './engine-choice'
import { ScriptedEngine } from './scripted/scripted-engine'

const artifact = (path: string): Artifact => ({ path, bytes: 1, sha256: path, role: 'shard' })
const plan = (engine: Build['engine'], artifacts: readonly Artifact[] = [artifact('x')]) =>
  ({ model: { id: 'x', contextWindow: 100 }, build: { engine, artifacts }, reason: 'gpu' }) as unknown as RunPlan

let gpu: ScriptedEngine
let processor: ScriptedEngine
let engine: EngineChoice
beforeEach(() => {
  gpu = new ScriptedEngine()
  processor = new ScriptedEngine()
  engine = new EngineChoice(gpu, processor)
})

const cannot = (code: ErrorCode) => new AppError(code, 'x', { retry: 'never' })
const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
const nothing = () => Promise.resolve(new Blob())

/** Begins a load, which fails because there are no files. */
async function begin(engineOf: Build['engine']) {
  await expect(engine.load(plan(engineOf), nothing, quiet)).rejects.toMatchObject({ code: 'artifact-damaged' })
}

describe('EngineChoice', () => {
  it('loads on the engine that the plan names', async () => {
    await begin('webgpu')
    expect([gpu.loads, processor.loads]).toEqual([1, 0])
    await begin('processor')
    expect([gpu.loads, processor.loads]).toEqual([1, 1])
  })

  it('speaks for the engine that loaded last, and tells of the loss of either', async () => {
    const lost = vi.fn()
    const stop = engine.onLost(lost)
    await engine.load(plan('webgpu', []), nothing, quiet)
    gpu.replies.push(['from the GPU'])
    const request: GenerationRequest = {
      prompt: { head: [], history: [], last: [{ kind: 'text', text: '?' }] },
      historyTokens: 0,
      maxNewTokens: 1,
      sampling: { temperature: 0, topP: 1 },
      stopTokens: [],
    }
    const reply = await collect(engine.generate(request, quiet))
    expect(reply[1]).toMatchObject({ text: 'from the GPU' })
    expect(await engine.measure(request.prompt, 0)).toMatchObject({ promptTokens: 1 })
    gpu.lose(cannot('device-lost'))
    expect(lost).toHaveBeenCalledTimes(1)
    stop()
    await engine.load(plan('webgpu', []), nothing, quiet)
    gpu.lose(cannot('device-lost'))
    expect(lost).toHaveBeenCalledTimes(1)
  })
})
