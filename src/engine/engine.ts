import type { Artifact, ModelManifest } from '../models/manifest'
import type { AppError } from '../shared/errors'
import type { EndReason } from './step-policy'

/** Why models run on the processor; `wrong-results`: the self-test found that the GPU computes wrongly. */
export type GpuProblem = 'no-webgpu' | 'no-adapter' | 'adapter-too-small' | 'wrong-results'

/** What the machine can do, as far as it matters before a load. */
export interface EngineCapabilities {
  /** Present where the processor takes the place of the GPU; with `wrong-results` the rest is of the GPU, else of none. */
  readonly gpuProblem?: GpuProblem
  readonly f16: boolean
  /** A CPU that plays GPU (SwiftShader, llvmpipe, WARP): correct, but slow. */
  readonly software: boolean
  /** For display; empty where the browser does not tell. */
  readonly adapter: string
  readonly limits: Readonly<Record<string, number>>
}

/** How far loading onto a GPU has come after the weights are stored: bytes handed over, then shaders compiled. */
export interface LoadProgress {
  readonly phase: 'upload' | 'compile'
  readonly done: number
  readonly total: number
}

export interface LoadOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: LoadProgress) => void
}

export interface LoadedModel {
  readonly id: string
  readonly contextWindow: number
  readonly loadMs: number
}

/** A control token by its content, or text that is encoded as plain text whatever it contains. */
export type PromptPart =
  { readonly kind: 'token'; readonly content: string } | { readonly kind: 'text'; readonly text: string }

/** A prompt as turns, so that the engine, which knows the token counts, can leave out the oldest. */
export interface Prompt {
  /** What every prompt begins with. */
  readonly head: readonly PromptPart[]
  /** Earlier turns, oldest first; each is a question with its answer. */
  readonly history: readonly (readonly PromptPart[])[]
  /** The last question, up to where the model goes on. */
  readonly last: readonly PromptPart[]
}

export interface GenerationRequest {
  readonly prompt: Prompt
  /** Most tokens of earlier turns; the oldest turns are left out first. */
  readonly historyTokens: number
  /** Most tokens to generate; the context window may end a reply earlier. */
  readonly maxNewTokens: number
  readonly sampling: { readonly temperature: number; readonly topP: number }
  /** Control tokens that end a reply. */
  readonly stopTokens: readonly string[]
}

export interface Usage {
  /** Tokens of the whole prompt. */
  readonly promptTokens: number
  /** Tokens of it that were not in the KV cache already. */
  readonly prefilledTokens: number
  readonly newTokens: number
  readonly prefillMs: number
  readonly decodeMs: number
  /** Earlier turns that did not fit. */
  readonly droppedTurns: number
}

export type GenerationEvent =
  | { readonly type: 'delta'; readonly text: string; readonly tokens: number }
  | { readonly type: 'done'; readonly reason: EndReason; readonly usage: Usage }

/** A reply at the level of token ids, so that it can be compared exactly. */
export interface GreedyRequest {
  readonly prompt: readonly number[]
  /** The token that ends a reply; it is part of the result. */
  readonly end: number
  /** Most tokens to generate. */
  readonly most: number
}

/** Bytes of an artifact. Called once for each artifact of a load. */
export type ArtifactSource = (artifact: Artifact) => Promise<Blob>

/**
 * One model on one device. Calls do not overlap: load, then generate as often as wanted, one at a time.
 * An engine that failed or was cancelled is started anew by the next load; nothing of it is reused.
 */
export interface InferenceEngine {
  readonly kind: 'webllm' | 'wllama' | 'scripted'
  /** @throws {AppError} `no-webgpu`, `insecure-context`, `no-adapter` or `adapter-too-small` */
  probe(): Promise<EngineCapabilities>
  /**
   * The model with the artifacts that `load` wants of it on this machine, after a probe.
   *
   * @throws {AppError} as `probe`, if the model cannot run here
   */
  needs(model: ModelManifest): ModelManifest
  /** @throws {AppError}; the signal's reason when aborted, after which the device is free */
  load(model: ModelManifest, source: ArtifactSource, options: LoadOptions): Promise<LoadedModel>
  /**
   * Streams a reply. Aborting ends it with `done` and reason `abort`; the tokens so far stay in the KV cache.
   *
   * @throws {AppError} `prompt-too-long`, `generation-failed`, `device-lost`, `engine-crashed` or `engine-silent`
   */
  generate(request: GenerationRequest, options: { signal: AbortSignal }): AsyncIterable<GenerationEvent>
  unload(): void
  /** Told when a loaded model is gone without having been unloaded. Returns the way to stop being told. */
  onLost(listener: (error: AppError) => void): () => void
}

/** What a self-test needs of an engine, under the same rules. */
export interface GreedyEngine extends Pick<InferenceEngine, 'probe' | 'load' | 'unload'> {
  /**
   * The most likely token, again and again. Aborting unloads the model.
   *
   * @throws {AppError} `generation-failed`, `device-lost`, `engine-crashed` or `engine-silent`; the signal's reason when aborted
   */
  greedy(request: GreedyRequest, options: { signal: AbortSignal }): Promise<readonly number[]>
}

/** What is asked of an engine to see whether a loaded model makes sense of a text, under the same rules. */
export interface ScoringEngine {
  /**
   * The mean of the natural logarithms of the probabilities that the model gives to each token of a text, from the second
   * one on; NaN where the device computes no numbers. Aborting unloads the model.
   *
   * @throws {AppError} `generation-failed`, `device-lost`, `engine-crashed` or `engine-silent`; the signal's reason when aborted
   */
  meanLogProbability(parts: readonly PromptPart[], options: { signal: AbortSignal }): Promise<number>
}
