import type { Artifact } from '../models/manifest'
import type { GpuProblem, RunPlan } from '../models/run-plan'
import type { PromptPart } from '../shared/chat-template'
import type { AppError } from '../shared/errors'
import type { Script } from '../shared/script'
import type { Sampling } from './sampler'
import type { EndReason } from './step-policy'
import type { ClosingReason } from './thought'

/** The capabilities of the machine that matter before a load. */
export interface EngineCapabilities {
  /** Present if the processor replaces the GPU; with `wrong-results` the other fields describe the GPU, else no GPU. */
  readonly gpuProblem?: GpuProblem
  /** The error that an attempt to use the GPU ends in. */
  readonly gpuRefusal?: AppError
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

export type { PromptPart }

/** An earlier turn: a question, with its answer if it has one. */
export interface PromptTurn {
  readonly parts: readonly PromptPart[]
  /** Kept as long as any turn is. */
  readonly pinned?: boolean
}

/** A prompt as turns, so that the engine, which knows the token counts, can leave out the oldest. */
export interface Prompt {
  /** The parts that every prompt begins with. */
  readonly head: readonly PromptPart[]
  /** Instructions for a model that has no system turn: put behind the first `behind` parts of the first turn that is kept. */
  readonly instructions?: { readonly parts: readonly PromptPart[]; readonly behind: number }
  /** Earlier turns, oldest first. */
  readonly history: readonly PromptTurn[]
  /** The last question, up to the place where the model continues. */
  readonly last: readonly PromptPart[]
}

/** The size of a prompt in tokens. */
export interface PromptSize {
  /** Tokens of the whole prompt. */
  readonly promptTokens: number
  /** Tokens of the last question and of the template's parts around it. */
  readonly lastTokens: number
  /** Earlier turns that do not fit. */
  readonly droppedTurns: number
  readonly contextWindow: number
}

/** How a thought is recognised and closed, by a model whose tokenizer has these control tokens. */
export interface ThoughtPlan {
  /** Control tokens around it. */
  readonly open: string
  readonly close: string
  /** Whether the prompt leaves one open. */
  readonly opened: boolean
  /** Written before the closing token, by the language of the thought. */
  readonly closing: Readonly<Record<Script, string>>
  /** The language of a thought that has no words yet. */
  readonly script: Script
  /** Follows the closing token. */
  readonly after: string
  /** Most tokens of the thought; Infinity for as many as fit. */
  readonly budget: number
  /** Tokens of the context window that are kept for the answer. */
  readonly answerReserve: number
  /** A loop is closed after this many tokens; Infinity lets it continue. */
  readonly closeLoopAfter: number
}

export interface GenerationRequest {
  readonly prompt: Prompt
  /** Most tokens of earlier turns; the oldest turns are left out first. */
  readonly historyTokens: number
  /** Most tokens of the reply; the context window may end it earlier. */
  readonly maxNewTokens: number
  /** Most tokens of the answer alone. */
  readonly longestAnswer?: number
  readonly sampling: Sampling
  /** Control tokens that end a reply. */
  readonly stopTokens: readonly string[]
  /**
   * The beginning of the reply that exists already: tokens, or parts where the tokens are not known. The model
   * continues behind it.
   */
  readonly reply?: readonly number[] | readonly PromptPart[]
  /** Tokens that are written instead of the model's own, each with its odds; what concerns sampling and thoughts is not used. */
  readonly replay?: readonly number[]
  /** Absent for a model that does not think. */
  readonly thought?: ThoughtPlan
  /** Set where nobody waits for the reply: it gives way to every other one, also of the same tab, and goes on later. */
  readonly background?: true
}

/** A token of a reply that is written again, and how likely it was. */
export interface TokenOdds {
  /** The text that it completes; empty while a character is incomplete. */
  readonly text: string
  /** Its probability by the model, from 0 to 1, before temperature and sampling. */
  readonly p: number
  /** The likeliest tokens in its place, the likeliest first. `text`: U+FFFD stands for a part of a character. */
  readonly likely: readonly { readonly text: string; readonly p: number; readonly isChosen: boolean }[]
}

export interface Usage {
  /** Tokens of the whole prompt. */
  readonly promptTokens: number
  /** Tokens of it that were not in the KV cache already. */
  readonly prefilledTokens: number
  readonly newTokens: number
  /** Tokens of the whole reply's thought, without its tags; absent for a model that does not think. */
  readonly thoughtTokens?: number
  readonly prefillMs: number
  readonly decodeMs: number
  /** Earlier turns that did not fit. */
  readonly droppedTurns: number
  /** What decoding gave to the GPU; absent for an engine that does not count. */
  readonly commands?: CommandCounts
}

/** What an engine gives to its GPU, and how often it waits for a result. */
export interface CommandCounts {
  readonly dispatches: number
  readonly submits: number
  readonly waits: number
}

/** The end of a reply. */
export interface GenerationEnd {
  readonly type: 'done'
  readonly reason: EndReason
  readonly usage: Usage
}

/** An event of a reply before its end. */
export type GenerationStep =
  /** Before it begins: how many requests, of this tab and of others, come first. Sent whenever that changes. */
  | { readonly type: 'waiting'; readonly before: number }
  /** Sent before the prompt is prefilled. `reply`: the tokens that the reply has already. */
  | { readonly type: 'begun'; readonly size: PromptSize; readonly reply: readonly number[] }
  /** `ids`: the tokens of the text, as far as they are whole characters. */
  | { readonly type: 'delta'; readonly text: string; readonly ids: readonly number[] }
  /** The thought is closed now, with this many tokens. */
  | { readonly type: 'closed'; readonly reason: ClosingReason; readonly tokens: number }
  /** Whether the reply goes round in circles, when that changes. */
  | { readonly type: 'looping'; readonly looping: boolean }
  /** Of a request with `replay`, instead of its deltas. */
  | { readonly type: 'odds'; readonly token: TokenOdds }

export type GenerationEvent = GenerationStep | GenerationEnd

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

export interface GenerationOptions {
  /** Ends the reply. */
  readonly signal: AbortSignal
  /** Closes an open thought, so that the answer begins; does nothing where no thought is open. */
  readonly answerNow?: AbortSignal
}

/**
 * One model on one device. Calls do not overlap: load, then generate as often as wanted, one at a time. The next load
 * restarts an engine that failed or was cancelled; nothing of the old one is reused.
 */
export interface InferenceEngine {
  readonly kind: 'webllm' | 'wllama' | 'scripted'
  /** @throws {AppError} `no-webgpu`, `insecure-context`, `no-adapter` or `adapter-too-small` */
  probe(): Promise<EngineCapabilities>
  /** @throws {AppError}; the signal's reason when aborted, after which the device is free */
  load(plan: RunPlan, source: ArtifactSource, options: LoadOptions): Promise<LoadedModel>
  /**
   * Streams a reply. Aborting `signal` ends it with `done` and reason `abort`; the tokens so far stay in the KV cache.
   *
   * @throws {AppError} `prompt-too-long`, `reply-too-long`, `generation-failed`, `device-lost`, `engine-crashed` or
   *   `engine-silent`; `engine-moved` if another tab needs the engine first, or the tab that had it is closed: load again,
   *   and continue
   */
  generate(request: GenerationRequest, options: GenerationOptions): AsyncIterable<GenerationEvent>
  /**
   * Measures a prompt, also while a reply is being written.
   *
   * @throws {AppError} `generation-failed` if no model is loaded
   */
  measure(prompt: Prompt, historyTokens: number): Promise<PromptSize>
  unload(): void
  /**
   * The listener is told when a loaded model is gone without having been unloaded; with `engine-moved` that is no failure.
   * Returns the way to stop being told.
   */
  onLost(listener: (error: AppError) => void): () => void
}

/** The part of an engine that a self-test needs, under the same rules. */
export interface GreedyEngine extends Pick<InferenceEngine, 'probe' | 'load' | 'unload'> {
  /**
   * The most likely token, again and again. Aborting unloads the model.
   *
   * @throws {AppError} `generation-failed`, `device-lost`, `engine-crashed` or `engine-silent`; the signal's reason when aborted
   */
  greedy(request: GreedyRequest, options: { signal: AbortSignal }): Promise<readonly number[]>
}

/** The part of an engine that tests whether a loaded model understands a text, under the same rules. */
export interface ScoringEngine {
  /**
   * The mean natural logarithm of the probability that the model gives to each token of a text, from the second on. NaN
   * where the device computes no numbers. Aborting unloads the model.
   *
   * @throws {AppError} `generation-failed`, `device-lost`, `engine-crashed` or `engine-silent`; the signal's reason when aborted
   */
  meanLogProbability(parts: readonly PromptPart[], options: { signal: AbortSignal }): Promise<number>
}
