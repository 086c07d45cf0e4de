import { MLCEngine, type AppConfig } from '@mlc-ai/web-llm'
import type { WebGpuBuild } from '../../models/manifest'
import type { RunPlan } from '../../models/run-plan'
import { AppError } from '../../shared/errors'
import { addedTokens } from '../added-tokens'
import type { LoadProgress } from '../engine'
import type { GenerationModel } from '../generate'
import { PromptEncoder } from '../prompt-tokens'
import { TokenSequence } from '../token-sequence'
import { ArtifactCacheStorage } from './cache-storage'
import { withoutKernels } from './private-context'
import { PrivatePipeline } from './private-pipeline'

/**
 * A host that cannot exist (RFC 6761, "invalid"): WebLLM names its files by URL, and they are only looked up in the
 * shim.
 */
const ORIGIN = 'https://model.invalid/'

/**
 * Loads a model into WebGPU from Blobs.
 *
 * @param files path of each artifact -> its bytes
 */
export async function loadModel(
  plan: RunPlan,
  files: ReadonlyMap<string, Blob>,
  onProgress: (progress: LoadProgress) => void,
): Promise<GenerationModel> {
  // The one file that is read twice, by WebLLM and here, is taken into memory, so that the disk is read once.
  const tokenizerFile = new Blob([(await files.get('tokenizer.json')?.arrayBuffer()) ?? ''])
  const artifacts = new Map(files).set('tokenizer.json', tokenizerFile)
  let compiles = false
  const engine = await withoutKernels(() =>
    startEngine(plan, artifacts, (progress) => {
      // What WebLLM makes at first are no kernels yet.
      if (compiles || progress.phase === 'upload') onProgress(progress)
    }),
  )
  compiles = true
  const pipeline = await PrivatePipeline.of(engine, plan.model.id)
  const sequence = new TokenSequence(pipeline)
  return {
    sequence,
    encoder: new PromptEncoder((text) => pipeline.tokenizer.encode(text), addedTokens(await tokenizerFile.text())),
    contextWindow: pipeline.contextWindow,
    decode: (ids) => pipeline.tokenizer.decode(ids),
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
  const { model } = plan
  const build = webgpuBuildOf(plan)
  const folder = `${ORIGIN}${model.id}/resolve/main/`
  const storage = new ArtifactCacheStorage(
    new Map(
      build.artifacts.flatMap((artifact) => {
        const blob = files.get(artifact.path)
        return blob ? [[folder + artifact.path, { artifact, blob }]] : []
      }),
    ),
    !build.requires.features.includes('shader-f16'),
  )
  Object.defineProperty(globalThis, 'caches', { value: storage, configurable: true })
  const kernels = build.artifacts.find((artifact) => artifact.role === 'library')
  if (!kernels)
    throw new AppError('manifest-invalid', 'The model has no kernels.', {
      retry: 'never',
      details: { field: 'artifacts' },
    })
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

/** @throws {AppError} `manifest-invalid` */
function webgpuBuildOf({ build }: RunPlan): WebGpuBuild {
  if (build.engine === 'webgpu') return build
  throw new AppError('manifest-invalid', 'The model has no build for WebGPU.', {
    retry: 'never',
    details: { field: 'builds' },
  })
}
