/** SmolLM2-135M on the processor: in the app's engine, and in wllama by itself. */
import { processor } from '../../../src/engine/machine'
import { WorkerEngine } from '../../../src/engine/worker-engine'
import { RUNTIME_URLS } from '../../../src/engine/wllama/runtime'
import type { RunPlan } from '../../../src/models/run-plan'
import type { BareWllamaRequest } from './bare-wllama'

const TOKENS = 48
const PROMPT = 'Once upon a time there was a small village by the sea. '.repeat(8)

/** ms a token. */
interface Cost {
  readonly decodeMs: number
  readonly prefillMs: number
}

const quiet = { signal: new AbortController().signal, onProgress: () => undefined }

async function inApp(gguf: Blob, wasm: Blob, threads: number): Promise<Cost> {
  const artifacts = [{ path: 'smollm.gguf', bytes: gguf.size, sha256: '', role: 'gguf' }]
  const build = { engine: 'processor', addedTokens: [], artifacts }
  const plan = { model: { id: 'smollm', contextWindow: 2048 }, build, reason: 'chosen' } as unknown as RunPlan
  const start = () =>
    new Worker(new URL('../../../src/engine/wllama/cpu-worker.ts', import.meta.url), { type: 'module' })
  const engine = new WorkerEngine(
    start,
    processor(() => Promise.resolve({ wasm, threads })),
  )
  await engine.load(plan, () => Promise.resolve(gguf), quiet)
  const cost = { decodeMs: NaN, prefillMs: NaN }
  for (const text of ['Warm up.', PROMPT]) {
    const prompt = { head: [], history: [], last: [{ kind: 'text', text }] } as const
    const sampling = { temperature: 0, topP: 1 }
    const request = { prompt, historyTokens: 0, maxNewTokens: TOKENS, sampling, stopTokens: [] }
    for await (const event of engine.generate(request, quiet)) {
      if (event.type !== 'done') continue
      cost.decodeMs = event.usage.decodeMs / event.usage.newTokens
      cost.prefillMs = event.usage.prefillMs / event.usage.prefilledTokens
    }
  }
  engine.unload()
  return cost
}

async function bare(gguf: Blob, wasm: Blob, threads: number): Promise<Cost> {
  const worker = new Worker(new URL('./bare-wllama.ts', import.meta.url), { type: 'module' })
  const cost = await new Promise<Cost>((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message))
    worker.onmessage = ({ data }: MessageEvent<Cost>) => resolve(data)
    worker.postMessage({ gguf, wasm, threads, prompt: PROMPT, tokens: TOKENS } satisfies BareWllamaRequest)
  })
  worker.terminate()
  return cost
}

/** The app and bare wllama with one thread, and the app with two, by turns. Undefined if the file is not there. */
export async function smollm(): Promise<Record<'app' | 'bare' | 'two', Cost>[] | undefined> {
  const response = await fetch(new URL('/smollm/model.gguf', location.origin))
  if (!response.ok) return undefined
  const gguf = await response.blob()
  const wasmOf = async (url: string) => (await fetch(url)).blob()
  const [single, multi] = [await wasmOf(RUNTIME_URLS.single), await wasmOf(RUNTIME_URLS.multi)]
  const rounds: Record<'app' | 'bare' | 'two', Cost>[] = []
  for (let round = 0; round < 3; round += 1)
    rounds.push({
      app: await inApp(gguf, single, 1),
      bare: await bare(gguf, single, 1),
      two: await inApp(gguf, multi, 2),
    })
  return rounds
}
