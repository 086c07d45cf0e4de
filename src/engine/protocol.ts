import type { RunPlan } from '../models/run-plan'
import type { Call } from '../platform/rpc'
import type {
  GenerationEnd,
  GenerationRequest,
  GenerationStep,
  GreedyRequest,
  LoadedModel,
  LoadProgress,
  Prompt,
  PromptPart,
  PromptSize,
} from './engine'

export interface LoadRequest {
  readonly plan: RunPlan
  readonly files: readonly (readonly [path: string, bytes: Blob])[]
  readonly runtime?: Runtime
}

/** An engine that is not part of its worker's script. */
export interface Runtime {
  readonly wasm: Blob
  /** Several threads need a WebAssembly made for them, and an isolated page. */
  readonly threads: number
}

/**
 * The procedures of an engine's worker. It loads one model once, then writes one reply at a time; another model is
 * another worker.
 */
export interface EngineProcedures {
  load(request: LoadRequest, call: Call<LoadProgress>): Promise<LoadedModel>
  /** Aborting the call ends the reply after its current token, with the reason `abort`. */
  generate(request: GenerationRequest, call: Call<GenerationStep>): Promise<GenerationEnd>
  /** Closes the thought of the generation in progress after its current token. */
  answerNow(nothing: undefined): Promise<void>
  /** Token ids. */
  greedy(request: GreedyRequest): Promise<readonly number[]>
  /** The mean log-probability of a text's tokens. */
  score(parts: readonly PromptPart[]): Promise<number>
  /** At any time, also during a generation. */
  measure(asked: { readonly prompt: Prompt; readonly historyTokens: number }): Promise<PromptSize>
  /** Never ends: it fails when the device is lost, as does any call in progress. */
  lost(nothing: undefined): Promise<never>
}
