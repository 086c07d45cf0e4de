/** Measurements with a gigabyte of weights, from the hub of big-model.mjs. */
import { folderOf } from '../../../src/hub/folders'
import { concurrently } from '../../../src/weights/concurrency'
import { WorkerEngine } from '../../../src/engine/worker-engine'
import { artifactsOf, type ModelManifest } from '../../../src/models/manifest'
import { parseManifest } from '../../../src/models/manifest-schema'
import { gpuPlan } from '../../../src/models/plan.fixture'
import { IdbWeightsStore } from '../../../src/weights/idb-weights-store'
import { ArtifactFetcher } from '../../../src/weights/artifact-fetcher'

const CONNECTIONS = 4 // as many as the store uses

const quiet = () => ({ signal: new AbortController().signal, onProgress: () => undefined })

/** The manifest of the model in a folder, which is an absolute URL. */
export async function manifestIn(folder: string): Promise<ModelManifest> {
  return parseManifest(await (await fetch(`${folder}manifest.json`)).json())
}

const bytesOf = (model: ModelManifest) => artifactsOf(model).reduce((sum, { bytes }) => sum + bytes, 0)

/** ms to fetch all files to memory, which is freed file by file; no byte is checked or kept. */
export async function plainFetch(folder: string): Promise<number> {
  const artifacts = artifactsOf(await manifestIn(folder))
  const start = performance.now()
  await concurrently(artifacts, CONNECTIONS, quiet().signal, async ({ path, bytes }) => {
    const body = await (await fetch(`${folder}${path}`, { cache: 'no-store' })).arrayBuffer()
    if (body.byteLength !== bytes) throw new Error(`${path}: ${body.byteLength} bytes`)
  })
  return performance.now() - start
}

/** ms until all artifacts are stored and verified; continues with blocks that the database already has. */
export async function download(folder: string, database: string): Promise<{ ms: number; bytes: number }> {
  const model = await manifestIn(folder)
  const weights = new IdbWeightsStore(database, new ArtifactFetcher(database, folderOf))
  const start = performance.now()
  await weights.ensure(artifactsOf(model), { weights: [folder], kernels: [folder] }, quiet())
  return { ms: performance.now() - start, bytes: bytesOf(model) }
}

/** Loads a stored model once more: ms, the bytes that the engine's worker read, and the model's. */
export async function warmLoad(folder: string, database: string): Promise<{ ms: number; read: number; model: number }> {
  const manifest = await manifestIn(folder)
  const weights = new IdbWeightsStore(database, new ArtifactFetcher(database, folderOf))
  await weights.ensure(artifactsOf(manifest), { weights: [folder], kernels: [folder] }, quiet())
  const engine = new WorkerEngine(
    () => new Worker(new URL('./counting-worker.ts', import.meta.url), { type: 'module' }),
  )
  const start = performance.now()
  await engine.load(gpuPlan(manifest), (artifact) => weights.read(artifact), quiet())
  const ms = performance.now() - start
  const channel = new BroadcastChannel('bytes-read')
  const read = await new Promise<number>((resolve) => {
    channel.onmessage = ({ data }) => resolve(Number(data))
    channel.postMessage('how many')
  })
  channel.close()
  engine.unload()
  return { ms, read, model: bytesOf(manifest) }
}

/** ms that a bare MLCEngine takes to load from WebLLM's own IndexedDB cache; the first time it fills it. */
export function bareLoad(folder: string): Promise<number> {
  const worker = new Worker(new URL('./bare-worker.ts', import.meta.url), { type: 'module' })
  return new Promise<number>((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message))
    worker.onmessage = ({ data }: MessageEvent<{ loadMs?: number }>) => {
      if (data.loadMs !== undefined) resolve(data.loadMs)
    }
    worker.postMessage({ folder, cacheBackend: 'indexeddb' })
  }).finally(() => worker.terminate())
}
