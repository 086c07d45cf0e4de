/** The contract of the engines, with SmolLM2-135M from one GGUF file in both: `npm test -- real-model`. */
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { parseManifest } from '../models/manifest-schema'
import { gpuPlan, processorPlan } from '../models/plan.fixture'
import type { RunPlan } from '../models/run-plan'
import type { PromptPart } from './engine'
import { processor } from './machine'
import { replyContract, samplingContract, type Subject } from './steering.fixture'
import engineWorkerUrl from './webllm/engine-worker?worker&url'
import cpuWorkerUrl from './wllama/cpu-worker?worker&url'
import { RUNTIME_URLS } from './wllama/runtime'
import { WorkerEngine } from './worker-engine'

const folder = `/@fs${inject('realModel')}/k-quants/`
const source = async ({ path }: { path: string }) => (await fetch(folder + path)).blob()
const manifest = parseManifest(await (await fetch(`${folder}manifest.json`)).json())
const { build } = processorPlan(manifest)
const shared = (kernels: RunPlan['build']): RunPlan['build'] => ({
  ...gpuPlan(manifest).build,
  quantization: 'gguf',
  artifacts: [...build.artifacts, ...kernels.artifacts].filter(({ role }) => role === 'gguf' || role === 'library'),
})

const token = (content: string): PromptPart => ({ kind: 'token', content })
const text = (words: string): PromptPart => ({ kind: 'text', text: words })
const END = '<|im_end|>'
const LONGEST_REPLY = 40

/** A question in ChatML, to a model that does not think. */
const asking: Subject['asking'] = (question, change = {}) => ({
  prompt: {
    head: [],
    history: [],
    last: [
      token('<|im_start|>'),
      text('user\n'),
      text(question),
      token(END),
      text('\n'),
      token('<|im_start|>'),
      text('assistant\n'),
    ],
  },
  historyTokens: 512,
  // It seldom ends by itself: a reply that goes on ends where the whole one does.
  maxNewTokens: LONGEST_REPLY - (change.reply?.length ?? 0),
  sampling: { temperature: 0, topP: 1 },
  stopTokens: [END],
  ...change,
})

const runtime = async () => ({ wasm: await (await fetch(RUNTIME_URLS.single)).blob(), threads: 1 })
const worker = (url: string) => () => new Worker(url, { type: 'module' })

describe.each([
  ['llama.cpp on the processor', new WorkerEngine(worker(cpuWorkerUrl), processor(runtime)), build],
  ['WebLLM on WebGPU', new WorkerEngine(worker(engineWorkerUrl)), shared(gpuPlan(manifest).build)],
])('%s with SmolLM2', { timeout: 600_000 }, (_, engine, own) => {
  beforeAll(async () => {
    const plan: RunPlan = { model: manifest, build: own, reason: 'chosen' }
    await engine.load(plan, source, { signal: new AbortController().signal, onProgress: () => undefined })
  }, 300_000)
  afterAll(() => {
    engine.unload()
  })

  replyContract(() => ({ engine, asking }))
  // Its 600 tokens take a software adapter more than ten minutes.
  if (own.engine === 'processor') samplingContract(() => ({ engine, asking }))
})
