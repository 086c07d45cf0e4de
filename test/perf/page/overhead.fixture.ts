/** The four variants of a model with many layers and little to compute. */
import type { OverheadCall, Sampling, Variant } from './overhead-worker.fixture'

const FOLDER = new URL('/overhead/', location.origin).href
const PROMPT = Array.from({ length: 12 }, (_, index) => index + 1)

export type VariantName = `${Variant['pipeline']} ${Variant['kernels']}`

const workers = new Map<VariantName, Worker>()

function ask(name: VariantName, call: OverheadCall): Promise<readonly number[]> {
  const known = workers.get(name)
  const worker = known ?? new Worker(new URL('./overhead-worker.fixture.ts', import.meta.url), { type: 'module' })
  workers.set(name, worker)
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message))
    worker.onmessage = ({ data }: MessageEvent<readonly number[]>) => resolve(data)
    worker.postMessage(call)
  })
}

export async function overheadLoad(name: VariantName): Promise<void> {
  const [pipeline, kernels] = name.split(' ') as [Variant['pipeline'], Variant['kernels']]
  await ask(name, { do: 'load', variant: { pipeline, kernels, folder: FOLDER } })
}

/** Feeds a prompt, and a few tokens until the pace is known. @returns all tokens */
export async function overheadBegin(name: VariantName, sampling: Sampling, warm: number): Promise<readonly number[]> {
  const first = await ask(name, { do: 'prefill', prompt: PROMPT, sampling })
  return [...first, ...(await ask(name, { do: 'decode', tokens: warm }))]
}

/** @returns the next tokens, and the ms of each */
export async function overheadDecode(
  name: VariantName,
  tokens: number,
): Promise<{ readonly tokens: readonly number[]; readonly ms: number }> {
  const begun = performance.now()
  const written = await ask(name, { do: 'decode', tokens })
  return { tokens: written, ms: (performance.now() - begun) / tokens }
}
