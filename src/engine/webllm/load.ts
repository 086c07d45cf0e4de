import { MLCEngine, type AppConfig } from '@mlc-ai/web-llm'
import type { ModelManifest } from '../../models/manifest'
import { AppError } from '../../shared/errors'
import { addedTokens } from '../added-tokens'
import type { LoadProgress } from '../engine'
import type { GenerationModel } from '../generate'
import { PromptEncoder } from '../prompt-tokens'
import { TokenSequence } from '../token-sequence'
import { ArtifactCacheStorage } from './cache-storage'
import { PrivatePipeline } from './private-pipeline'

/** A host that cannot exist (RFC 6761, "invalid"): WebLLM names its files by URL, and these are only ever looked up in the shim. */
const ORIGIN = 'https://model.invalid/'

/**
 * Loads a model into WebGPU from Blobs.
 *
 * @param files path of each artifact -> its bytes
 */
export async function loadModel(
  model: ModelManifest,
  files: ReadonlyMap<string, Blob>,
  onProgress: (progress: LoadProgress) => void,
): Promise<GenerationModel> {
  // The one file that is read twice, by WebLLM and here, is taken into memory, so that the disk is read once.
  const tokenizerFile = new Blob([(await files.get('tokenizer.json')?.arrayBuffer()) ?? ''])
  const engine = await startEngine(model, new Map(files).set('tokenizer.json', tokenizerFile), onProgress)
  const pipeline = new PrivatePipeline(engine, model.id)
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
  model: ModelManifest,
  files: ReadonlyMap<string, Blob>,
  onProgress: (progress: LoadProgress) => void,
): Promise<MLCEngine> {
  const folder = `${ORIGIN}${model.id}/resolve/main/`
  const storage = new ArtifactCacheStorage(
    new Map(
      model.artifacts.flatMap((artifact) => {
        const blob = files.get(artifact.path)
        return blob ? [[folder + artifact.path, { artifact, blob }]] : []
      }),
    ),
    !model.requires.features.includes('shader-f16'),
  )
  Object.defineProperty(globalThis, 'caches', { value: storage, configurable: true })
  const library = model.artifacts.find((artifact) => artifact.role === 'library')
  if (!library)
    throw new AppError('manifest-invalid', 'The model has no library.', {
      retry: 'never',
      details: { field: 'artifacts' },
    })
  const appConfig: AppConfig = {
    cacheBackend: 'cache',
    model_list: [
      {
        model_id: model.id,
        model: `${ORIGIN}${model.id}`,
        model_lib: folder + library.path,
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
    // WebLLM puts some failures into words of its own; what was wrong with the bytes is the better answer.
    throw storage.damage ?? error
  }
  return engine
}
