/** One model's steps in a worker, by WebLLM's plain pipeline or by ours. Answers each call with its result. */
import { startEngine } from '../../../src/engine/webllm/load'
import { withoutKernels } from '../../../src/engine/webllm/private-context'
import type { LlmChatPipeline } from '../../../src/engine/webllm/private-members'
import { PrivatePipeline } from '../../../src/engine/webllm/private-pipeline'
import { gpuPlan } from '../../../src/models/plan.fixture'
import { manifestIn } from './big-model.fixture'

export interface Variant {
  readonly pipeline: 'plain' | 'own'
  /** Emptied kernels compute nothing, so that the host's work is left. */
  readonly kernels: 'full' | 'emptied'
  /** Absolute URL of the model's files, ending with a slash. */
  readonly folder: string
}

export interface Sampling {
  readonly temperature: number
  readonly topP: number
}

/** The calls of this worker. Each begins when the one before has ended. */
export type OverheadCall =
  | { readonly do: 'load'; readonly variant: Variant }
  /** Empties the KV cache, seeds the generator, and feeds a prompt. */
  | { readonly do: 'prefill'; readonly prompt: readonly number[]; readonly sampling: Sampling }
  | { readonly do: 'decode'; readonly tokens: number }

interface Model {
  readonly raw: LlmChatPipeline
  readonly step: (ids: readonly number[], sampling: Sampling) => Promise<number>
  readonly reset: () => void
}

const SEED = 42

async function load({ pipeline, kernels, folder }: Variant): Promise<Model> {
  if (kernels === 'emptied') emptyKernels()
  const plan = gpuPlan(await manifestIn(folder))
  const bytes = async (path: string) => [path, await (await fetch(folder + path)).blob()] as const
  const files = new Map(await Promise.all(plan.build.artifacts.map(({ path }) => bytes(path))))
  const start = () => startEngine(plan, files, () => undefined)
  const engine = pipeline === 'own' ? await withoutKernels(start) : await start()
  const { loadedModelIdToPipeline } = engine as unknown as { loadedModelIdToPipeline: Map<string, LlmChatPipeline> }
  const raw = loadedModelIdToPipeline.get(plan.model.id)
  if (!raw) throw new Error('WebLLM has no pipeline')
  if (pipeline === 'own') {
    const own = await PrivatePipeline.of(engine, plan.model.id)
    return { raw, step: (ids, sampling) => own.forward(ids, sampling), reset: () => own.reset() }
  }
  const reset = () => {
    raw.resetKVCache()
    raw.filledKVCacheLength = 0
  }
  return { raw, step: (ids, sampling) => plainStep(raw, ids, sampling), reset }
}

/** What WebLLM's own loop does for a token. */
async function plainStep(
  raw: LlmChatPipeline,
  ids: readonly number[],
  { temperature, topP }: Sampling,
): Promise<number> {
  raw.tvm.beginScope()
  try {
    const logits = await raw.embedAndForward([[...ids]], ids.length)
    return await raw.sampleFromRawLogits(logits, { temperature, top_p: topP })
  } finally {
    raw.tvm.endScope()
  }
}

function emptyKernels(): void {
  const { prototype } = GPUDevice
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the device as `this` below
  const create = prototype.createShaderModule
  prototype.createShaderModule = function (this: GPUDevice, descriptor) {
    const code = descriptor.code.replace(/(@compute[^]*?\{)[^]*$/, '$1 }\n')
    return create.call(this, { ...descriptor, code })
  }
}

let model: Model | undefined
let last: { token: number; sampling: Sampling } | undefined

async function answer(call: OverheadCall): Promise<readonly number[]> {
  if (call.do === 'load') {
    model = await load(call.variant)
    return []
  }
  if (!model) throw new Error('load comes first')
  const { raw, step, reset } = model
  if (call.do === 'prefill') {
    reset()
    raw.tvm.rng.setState(SEED)
    last = { token: await step(call.prompt, call.sampling), sampling: call.sampling }
    return [last.token]
  }
  if (!last) throw new Error('prefill comes before decode')
  const tokens: number[] = []
  for (let count = 0; count < call.tokens; count += 1) {
    last.token = await step([last.token], last.sampling)
    tokens.push(last.token)
  }
  return tokens
}

onmessage = async ({ data }: MessageEvent<OverheadCall>) => {
  postMessage(await answer(data))
}
// Otherwise a rejection would be told to nobody, and the page would wait.
onunhandledrejection = ({ reason }) => {
  throw reason
}
