import type { RunPlan } from '../models/run-plan'
import type { ErrorRecord } from '../shared/errors'
import type {
  GenerationEvent,
  GenerationRequest,
  GreedyRequest,
  LoadedModel,
  LoadProgress,
  Prompt,
  PromptPart,
  PromptSize,
} from './engine'

export interface LoadMessage {
  readonly type: 'load'
  readonly plan: RunPlan
  readonly files: readonly (readonly [path: string, bytes: Blob])[]
  readonly runtime?: Runtime
}

/** An engine that is not part of its worker's script. */
export interface Runtime {
  readonly wasm: Blob
  /** With more than one the WebAssembly must be made for it, and the page be isolated. */
  readonly threads: number
}

/** From the page to the engine's worker. A worker loads one model once; another model is another worker. */
export type ToWorker =
  | LoadMessage
  | { readonly type: 'generate'; readonly request: GenerationRequest }
  | { readonly type: 'greedy'; readonly request: GreedyRequest }
  | { readonly type: 'score'; readonly parts: readonly PromptPart[] }
  /** Ends the generation in progress after its current token. */
  | { readonly type: 'stop' }
  /** Closes the thought of the generation in progress after its current token. */
  | { readonly type: 'answer-now' }
  /** Answered at any time, also during a generation. */
  | { readonly type: 'measure'; readonly id: number; readonly prompt: Prompt; readonly historyTokens: number }

/** From the engine's worker to the page. */
export type FromWorker =
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'loaded'; readonly model: LoadedModel }
  | { readonly type: 'event'; readonly event: GenerationEvent }
  /** The whole answer to `greedy`. */
  | { readonly type: 'tokens'; readonly ids: readonly number[] }
  /** The whole answer to `score`. */
  | { readonly type: 'scored'; readonly meanLogProbability: number }
  | { readonly type: 'measured'; readonly id: number; readonly size: PromptSize }
  | { readonly type: 'not-measured'; readonly id: number; readonly error: ErrorRecord }
  | { readonly type: 'failed'; readonly error: ErrorRecord }
  /** The device is gone; whatever was in progress is too. */
  | { readonly type: 'lost'; readonly error: ErrorRecord }
