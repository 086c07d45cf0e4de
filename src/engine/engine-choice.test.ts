import { beforeEach, describe, expect, it, vi } from 'vitest'
import { collect } from '../../test/fixtures/collect'
import type { Artifact, ModelManifest } from '../models/manifest'
import { AppError, type ErrorCode } from '../shared/errors'
import type { GenerationRequest } from './engine'
import { EngineChoice } from './engine-choice'
import { ScriptedEngine } from './scripted/scripted-engine'

const artifact = (path: string, role: Artifact['role']): Artifact => ({ path, bytes: 1, sha256: path, role })
const ARTIFACTS = [artifact('x.wasm', 'library'), artifact('x.bin', 'shard'), artifact('tokenizer.json', 'tokenizer')]
const GGUF = { ...artifact('x.gguf', 'gguf'), role: 'gguf' as const }
const BIG = { id: 'big', artifacts: ARTIFACTS } as unknown as ModelManifest
const NANO: ModelManifest = { ...BIG, id: 'nano', gguf: GGUF }

let gpu: ScriptedEngine
let processor: ScriptedEngine
let wrong: Set<string>
let engine: EngineChoice
beforeEach(() => {
  gpu = new ScriptedEngine()
  processor = new ScriptedEngine()
  wrong = new Set()
  engine = new EngineChoice(gpu, processor, (adapter) => wrong.has(adapter))
})

const cannot = (code: ErrorCode) => new AppError(code, 'x', { retry: 'never' })
const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
const nothing = () => Promise.resolve(new Blob())

/** Begins a load, which fails because there are no files. */
async function begin(model: ModelManifest) {
  await engine.probe()
  await expect(engine.load(engine.needs(model), nothing, quiet)).rejects.toMatchObject({ code: 'artifact-damaged' })
}

describe('EngineChoice', () => {
  it('takes the GPU, and of a model what WebGPU needs', async () => {
    expect((await engine.probe()).gpuProblem).toBeUndefined()
    expect(engine.needs(NANO).artifacts).toEqual(ARTIFACTS)
    await begin(NANO)
    expect([gpu.loads, processor.loads]).toEqual([1, 0])
  })

  it.each(['no-webgpu', 'no-adapter', 'adapter-too-small'] as const)(
    'takes the processor on %s, with the GGUF and the tokenizer only, and refuses a model that has no GGUF',
    async (code) => {
      gpu.probeFailure = cannot(code)
      expect((await engine.probe()).gpuProblem).toBe(code)
      expect(engine.needs(NANO).artifacts.map(({ path }) => path)).toEqual(['tokenizer.json', 'x.gguf'])
      expect(() => engine.needs(BIG)).toThrow(gpu.probeFailure)
      await begin(NANO)
      expect([gpu.loads, processor.loads]).toEqual([0, 1])
      // an adapter may come back
      gpu.probeFailure = undefined
      expect((await engine.probe()).gpuProblem).toBeUndefined()
      expect(engine.needs(BIG)).toBe(BIG)
    },
  )

  it('says what no other engine can mend', async () => {
    gpu.probeFailure = cannot('insecure-context')
    await expect(engine.probe()).rejects.toMatchObject({ code: 'insecure-context' })
  })

  it('does not trust a GPU that computed wrongly, but lets it try what only it can run', async () => {
    wrong.add('scripted')
    expect(await engine.probe()).toMatchObject({ gpuProblem: 'wrong-results', adapter: 'scripted' })
    expect(engine.needs(NANO).artifacts).toContain(GGUF)
    expect(engine.needs(BIG)).toBe(BIG)
  })

  it('speaks for the engine that loaded last, and tells of the loss of either', async () => {
    const lost = vi.fn()
    const stop = engine.onLost(lost)
    await engine.load({ ...BIG, contextWindow: 100, artifacts: [] }, nothing, quiet)
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
    await engine.load({ ...BIG, contextWindow: 100, artifacts: [] }, nothing, quiet)
    gpu.lose(cannot('device-lost'))
    expect(lost).toHaveBeenCalledTimes(1)
  })
})
