import type { ModelManifest } from '../../models/manifest'
import { sha256 } from '../../platform/sha256'
import { AppError } from '../../shared/errors'
import type {
  ArtifactSource,
  EngineCapabilities,
  GenerationEvent,
  GenerationRequest,
  InferenceEngine,
  LoadedModel,
  LoadOptions,
  Usage,
} from '../engine'

/** What happens next in a reply: a token with this text, a wait, or a failure. */
export type Step = string | Promise<unknown> | AppError

/** For tests: an engine that keeps the interface's promises, and whose replies are written down beforehand. */
export class ScriptedEngine implements InferenceEngine {
  readonly kind = 'scripted'
  /** The replies to come; a request without one is answered with no token. */
  readonly replies: Step[][] = []
  readonly requests: GenerationRequest[] = []
  /** Every load waits for this. */
  loading: Promise<unknown> = Promise.resolve()
  /** What the next loads fail with, in order. */
  readonly loadFailures: AppError[] = []
  probeFailure: AppError | undefined
  loads = 0
  readonly #listeners = new Set<(error: AppError) => void>()
  #loaded = false
  /** Ends the reply in progress with a failure. */
  #fail: ((error: AppError) => void) | undefined

  probe(): Promise<EngineCapabilities> {
    if (this.probeFailure) return Promise.reject(this.probeFailure)
    return Promise.resolve({ f16: false, software: true, adapter: 'scripted', limits: {} })
  }

  needs(model: ModelManifest): ModelManifest {
    return model
  }

  async load(model: ModelManifest, source: ArtifactSource, { signal, onProgress }: LoadOptions): Promise<LoadedModel> {
    this.unload()
    this.loads += 1
    const blobs = await Promise.all(
      model.artifacts.map(async (artifact) => ({ artifact, blob: await source(artifact) })),
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
    this.#loaded = true
    return { id: model.id, contextWindow: model.contextWindow, loadMs: 0 }
  }

  async *generate(request: GenerationRequest, { signal }: { signal: AbortSignal }): AsyncIterable<GenerationEvent> {
    if (!this.#loaded) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
    if (this.#fail) throw new AppError('generation-failed', 'Another reply is being written.', { retry: 'later' })
    this.requests.push(request)
    const lost = new Promise<AppError>((resolve) => (this.#fail = resolve))
    const aborted = new Promise<'aborted'>((resolve) => {
      if (signal.aborted) resolve('aborted')
      signal.addEventListener('abort', () => resolve('aborted'), { once: true })
    })
    let newTokens = 0
    try {
      for (const step of this.replies.shift() ?? []) {
        const outcome = await Promise.race([lost, aborted, step])
        if (outcome instanceof AppError) throw this.#broken(outcome)
        if (outcome === 'aborted') {
          yield { type: 'done', reason: 'abort', usage: usageOf(newTokens) }
          return
        }
        if (typeof step !== 'string') continue
        newTokens += 1
        yield { type: 'delta', text: step, tokens: 1 }
      }
      yield { type: 'done', reason: 'stop', usage: usageOf(newTokens) }
    } finally {
      this.#fail = undefined
    }
  }

  unload(): void {
    this.#loaded = false
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

  /** After any failure but a prompt that is too long the model is gone, and everyone is told. */
  #broken(error: AppError): AppError {
    if (this.#loaded && error.code !== 'prompt-too-long') {
      this.#loaded = false
      for (const listener of this.#listeners) listener(error)
    }
    return error
  }
}

function usageOf(newTokens: number): Usage {
  return { promptTokens: 7, prefilledTokens: 5, newTokens, prefillMs: 1, decodeMs: 2, droppedTurns: 0 }
}
