import type { RunPlan } from '../../models/run-plan'
import { onAbort } from '../../platform/abort'
import { streamOf } from '../../platform/event-queue'
import { sha256 } from '../../platform/sha256'
import { AppError } from '../../shared/errors'
import type {
  ArtifactSource,
  EngineCapabilities,
  GenerationEvent,
  GenerationOptions,
  GenerationRequest,
  InferenceEngine,
  LoadedModel,
  LoadOptions,
  Prompt,
  PromptSize,
  ScoringEngine,
} from '../engine'
import { generate, measure, type GenerationModel } from '../generate'
import { LEAVES_MODEL } from '../worker-engine'
import { GivenUp, ScriptedModel, type Step } from './scripted-model'

export type { Step }

/** For tests: an engine that keeps the interface's promises under the rules of the real ones, with scripted replies. */
export class ScriptedEngine implements InferenceEngine, ScoringEngine {
  readonly kind = 'scripted'
  /** The next replies; a request without one is answered with no token. */
  readonly replies: Step[][] = []
  readonly requests: GenerationRequest[] = []
  /** Every load waits for this. */
  loading: Promise<unknown> = Promise.resolve()
  /** The errors that the next loads fail with, in order. */
  readonly loadFailures: AppError[] = []
  probeFailure: AppError | undefined
  /** How probable it finds every text. */
  meanLog = -2
  loads = 0
  readonly #listeners = new Set<(error: AppError) => void>()
  readonly model = new ScriptedModel()
  #loaded: GenerationModel | undefined
  /** Ends the reply in progress with a failure. */
  #fail: ((error: AppError) => void) | undefined

  probe(): Promise<EngineCapabilities> {
    if (this.probeFailure) return Promise.reject(this.probeFailure)
    return Promise.resolve({ f16: false, software: true, adapter: 'scripted', limits: {} })
  }

  async load(
    { model, build }: RunPlan,
    source: ArtifactSource,
    { signal, onProgress }: LoadOptions,
  ): Promise<LoadedModel> {
    this.unload()
    this.loads += 1
    const blobs = await Promise.all(
      build.artifacts.map(async (artifact) => ({ artifact, blob: await source(artifact) })),
    )
    await this.loading
    signal.throwIfAborted()
    for (const [index, { artifact, blob }] of blobs.entries()) {
      if ((await sha256(await blob.arrayBuffer())) !== artifact.sha256)
        throw new AppError('artifact-damaged', `${artifact.path} is damaged.`, {
          retry: 'now',
          details: { file: artifact.path },
        })
      onProgress({ phase: 'upload', done: index + 1, total: blobs.length })
    }
    const failure = this.loadFailures.shift()
    if (failure) throw failure
    this.#loaded = this.model.generation(model.contextWindow)
    return { id: model.id, contextWindow: model.contextWindow, loadMs: 0 }
  }

  async *generate(
    request: GenerationRequest,
    { signal, answerNow }: GenerationOptions,
  ): AsyncIterable<GenerationEvent> {
    const model = this.#loaded
    if (!model) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
    if (this.#fail) throw new AppError('generation-failed', 'Another reply is being written.', { retry: 'later' })
    this.requests.push(request)
    this.model.steps = this.replies.shift() ?? []
    this.model.stop = request.stopTokens[0] ?? this.model.stop
    this.model.interrupted = new Promise<never>((_, reject) => {
      this.#fail = reject
      onAbort(signal, () => {
        reject(new GivenUp())
      })
    })
    // The error may come when nobody waits for it.
    this.model.interrupted.catch(() => undefined)
    let newTokens = 0
    const wishes = { stop: () => signal.aborted, answerNow: () => answerNow?.aborted === true }
    const events = streamOf<GenerationEvent>(async (push) => {
      try {
        const end = await generate(model, request, wishes, (event) => {
          if (event.type === 'delta') newTokens += event.ids.length
          push(event)
        })
        push(end)
      } catch (error) {
        if (!(error instanceof GivenUp)) throw error instanceof AppError ? this.#broken(error) : error
        const usage = { promptTokens: 0, prefilledTokens: 0, newTokens, prefillMs: 0, decodeMs: 0, droppedTurns: 0 }
        push({ type: 'done', reason: 'abort', usage })
      }
    })
    try {
      yield* events
    } finally {
      this.#fail = undefined
    }
  }

  async measure(prompt: Prompt, historyTokens: number): Promise<PromptSize> {
    if (!this.#loaded) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
    return await measure(this.#loaded, prompt, historyTokens)
  }

  meanLogProbability(): Promise<number> {
    if (!this.#loaded)
      return Promise.reject(new AppError('generation-failed', 'No model is loaded.', { retry: 'later' }))
    return Promise.resolve(this.meanLog)
  }

  unload(): void {
    this.#loaded = undefined
    this.#fail?.(new AppError('generation-failed', 'The model was unloaded.', { retry: 'later' }))
  }

  onLost(listener: (error: AppError) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Loses the loaded model, as a crash would. */
  lose(error: AppError): void {
    if (this.#fail) this.#fail(error)
    else this.#broken(error)
  }

  /** After any failure except a text that is too long the model is gone, and all listeners are told. */
  #broken(error: AppError): AppError {
    if (this.#loaded && !LEAVES_MODEL.has(error.code)) {
      this.#loaded = undefined
      for (const listener of this.#listeners) listener(error)
    }
    return error
  }
}
