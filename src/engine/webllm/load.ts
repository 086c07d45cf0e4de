import { MLCEngine, type AppConfig } from '@mlc-ai/web-llm'
import type { Artifact, WebGpuBuild } from '../../models/manifest'
import type { RunPlan } from '../../models/run-plan'
import { AppError } from '../../shared/errors'
import type { LoadProgress } from '../engine'
import type { GenerationModel } from '../generate'
import { addedTokens, isModelJson, readModelJson, refuseLarge } from '../model-json'
import { PromptEncoder } from '../prompt-tokens'
import { TokenSequence } from '../token-sequence'
import { verifiedBytes } from '../verified-bytes'
import { ArtifactCacheStorage, type ReadFile } from './cache-storage'
import { withoutKernels } from './private-context'
import { PrivatePipeline } from './private-pipeline'

/**
 * A host that cannot exist (RFC 6761, "invalid"): WebLLM names its files by URL, and they are only looked up in the
 * shim.
 */
const ORIGIN = 'https://model.invalid/'

/**
 * Makes the files of a model that is one GGUF file, by their names; each is made when it is asked for.
 *
 * @throws {AppError} `gguf-unusable`
 */
export type UnpackGguf = (file: Blob, contextWindow: number) => Promise<ReadonlyMap<string, ReadFile>>

/**
 * Loads a model into WebGPU from Blobs.
 *
 * @param files path of each artifact -> its bytes
 * @param unpack for a build that is a GGUF file
 */
export async function loadModel(
  plan: RunPlan,
  files: ReadonlyMap<string, Blob>,
  onProgress: (progress: LoadProgress) => void,
  unpack?: UnpackGguf,
): Promise<GenerationModel> {
  const readers = await readersOf(plan, files, unpack)
  // The one file that is read twice, by WebLLM and here, is taken into memory, so that the disk is read once.
  const tokenizer = await (readers.get('tokenizer.json') ?? missing('tokenizer.json'))()
  readers.set('tokenizer.json', () => Promise.resolve(tokenizer))
  let compiles = false
  const engine = await withoutKernels(() =>
    startReading(plan, readers, (progress) => {
      // What WebLLM makes at first are no kernels yet.
      if (compiles || progress.phase === 'upload') onProgress(progress)
    }),
  )
  compiles = true
  const pipeline = await PrivatePipeline.of(engine, plan.model.id)
  const sequence = new TokenSequence(pipeline)
  return {
    sequence,
    encoder: new PromptEncoder((text) => pipeline.tokenizer.encode(text), addedTokens(tokenizer)),
    contextWindow: pipeline.contextWindow,
    decode: (ids) => pipeline.tokenizer.decode(ids),
    commands: () => pipeline.commands,
    score: async (ids) => {
      sequence.forget()
      return await pipeline.logProbabilities(ids)
    },
  }
}

/** WebLLM itself with the model loaded; replaces the global `caches` by the artifacts. */
export async function startEngine(
  plan: RunPlan,
  files: ReadonlyMap<string, Blob>,
  onProgress: (progress: LoadProgress) => void,
): Promise<MLCEngine> {
  return await startReading(plan, await readersOf(plan, files), onProgress)
}

async function startReading(
  plan: RunPlan,
  readers: ReadonlyMap<string, ReadFile>,
  onProgress: (progress: LoadProgress) => void,
): Promise<MLCEngine> {
  const { model } = plan
  const build = webgpuBuildOf(plan)
  const folder = `${ORIGIN}${model.id}/resolve/main/`
  const storage = new ArtifactCacheStorage(
    new Map([...readers].map(([path, read]) => [folder + path, read])),
    !build.requires.features.includes('shader-f16'),
  )
  Object.defineProperty(globalThis, 'caches', { value: storage, configurable: true })
  const kernels = build.artifacts.find(({ role }) => role === 'library') ?? missing('artifacts')
  const appConfig: AppConfig = {
    cacheBackend: 'cache',
    model_list: [
      {
        model_id: model.id,
        model: `${ORIGIN}${model.id}`,
        model_lib: folder + kernels.path,
        overrides: { context_window_size: model.contextWindow },
      },
    ],
  }
  const engine = new MLCEngine({
    appConfig,
    logLevel: 'WARN',
    initProgressCallback: ({ text, progress }) => {
      // WebLLM's own fraction runs from 0 to 1 once a phase, and only the text says which phase it is.
      if (text.startsWith('Loading model')) onProgress({ phase: 'upload', done: progress, total: 1 })
      else if (text.includes('shader')) onProgress({ phase: 'compile', done: progress, total: 1 })
    },
  })
  try {
    await engine.reload(model.id)
  } catch (error) {
    // WebLLM rewords some failures; the problem of the bytes is the better answer.
    throw storage.damage ?? error
  }
  return engine
}

/**
 * The model's files by the names that WebLLM asks for. Bytes of an artifact are checked while they are read; a GGUF file
 * was when it was stored, as it is never in memory as a whole.
 */
async function readersOf(
  plan: RunPlan,
  files: ReadonlyMap<string, Blob>,
  unpack?: UnpackGguf,
): Promise<Map<string, ReadFile>> {
  const readers = new Map<string, ReadFile>()
  for (const artifact of webgpuBuildOf(plan).artifacts) {
    const blob = files.get(artifact.path) ?? missing(artifact.path)
    if (artifact.role !== 'gguf') readers.set(artifact.path, () => checkedBytes(artifact, blob))
    else
      for (const [path, read] of (await unpack?.(blob, plan.model.contextWindow)) ?? missing('gguf'))
        readers.set(path, read)
  }
  return readers
}

/** An artifact's bytes; WebLLM, which believes what a description says, gets none that are wrong in their form. */
async function checkedBytes(artifact: Artifact, blob: Blob): Promise<ArrayBuffer> {
  const { path } = artifact
  if (!isModelJson(path)) return await verifiedBytes(artifact, blob)
  refuseLarge(path, blob.size)
  const bytes = await verifiedBytes(artifact, blob)
  readModelJson(path, bytes)
  return bytes
}

/** @throws {AppError} `manifest-invalid` */
function webgpuBuildOf({ build }: RunPlan): WebGpuBuild {
  return build.engine === 'webgpu' ? build : missing('builds')
}

/** @throws {AppError} `manifest-invalid` */
function missing(field: string): never {
  throw new AppError('manifest-invalid', `The model has no ${field} for WebGPU.`, {
    retry: 'never',
    details: { field },
  })
}
