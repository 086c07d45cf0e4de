import type { ModelManifest } from '../models/manifest'
import type { ErrorRecord } from '../shared/errors'
import type { GenerationEvent, GenerationRequest, GreedyRequest, LoadedModel, LoadProgress } from './engine'

/** From the page to the engine's worker. A worker loads one model once; another model is another worker. */
export type ToWorker =
  | {
      readonly type: 'load'
      readonly model: ModelManifest
      readonly files: readonly (readonly [path: string, bytes: Blob])[]
    }
  | { readonly type: 'generate'; readonly request: GenerationRequest }
  | { readonly type: 'greedy'; readonly request: GreedyRequest }
  /** Ends the generation in progress after its current token. */
  | { readonly type: 'stop' }

/** From the engine's worker to the page. */
export type FromWorker =
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'loaded'; readonly model: LoadedModel }
  | { readonly type: 'event'; readonly event: GenerationEvent }
  /** The whole answer to `greedy`. */
  | { readonly type: 'tokens'; readonly ids: readonly number[] }
  | { readonly type: 'failed'; readonly error: ErrorRecord }
  /** The device is gone; whatever was in progress is too. */
  | { readonly type: 'lost'; readonly error: ErrorRecord }
