import type { RunPlan } from '../../models/run-plan'
import { onAbort } from '../../platform/abort'
import { streamOf } from '../../platform/event-queue'
import type { Link } from '../../platform/tab-leader'
import { isVisible, onVisibility } from '../../platform/visibility'
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
  PromptPart,
  PromptSize,
  ScoringEngine,
} from '../engine'
import { moved } from './moved'
import { ignoreFailure, Session } from './session'

/**
 * The one engine of all tabs, as one tab sees it. It runs in the tab that first loaded a model; when that tab is closed,
 * crashes or is frozen, the next load starts it in another one.
 */
export class SharedEngine implements InferenceEngine, ScoringEngine {
  readonly #probe: () => Promise<EngineCapabilities>
  readonly #connect: (signal: AbortSignal) => Promise<Link>
  readonly #listeners = new Set<(error: AppError) => void>()
  #session: Session | undefined
  /** The plan that this tab has loaded; undefined from its loss on. */
  #loaded: RunPlan | undefined
  #kind: InferenceEngine['kind'] = 'webllm'
  /** Whether a model was loaded and lost since, without a failure. */
  #hasMoved = false
  /** Aborted when the model is unloaded. */
  #wants = new AbortController()

  /** @param connect finds the tab that has the engine, or makes it this tab */
  constructor(probe: () => Promise<EngineCapabilities>, connect: (signal: AbortSignal) => Promise<Link>) {
    this.#probe = probe
    this.#connect = connect
  }

  get kind(): InferenceEngine['kind'] {
    return this.#kind
  }

  probe(): Promise<EngineCapabilities> {
    return this.#probe()
  }

  async load(plan: RunPlan, source: ArtifactSource, { signal, onProgress }: LoadOptions): Promise<LoadedModel> {
    this.unload()
    const files = await Promise.all(
      plan.build.artifacts.map(async (artifact) => [artifact.path, await source(artifact)] as const),
    )
    for (;;) {
      signal.throwIfAborted()
      const session = (this.#session ??= await this.#open(signal))
      try {
        const model = await session.call('load', { plan, files }, { signal, onProgress })
        this.#kind = plan.build.engine === 'processor' ? 'wllama' : 'webllm'
        this.#loaded = plan
        this.#hasMoved = false
        return model
      } catch (error) {
        if (!session.end || signal.aborted) throw error
        if (session.end === 'died') throw endedItsPage(plan)
      }
    }
  }

  async *generate(
    request: GenerationRequest,
    { signal, answerNow }: GenerationOptions,
  ): AsyncIterable<GenerationEvent> {
    const session = this.#requireLoaded()
    const stopping = new AbortController()
    const events = streamOf<GenerationEvent>(async (push) => {
      push(await session.call('generate', request, { signal: stopping.signal, onProgress: push }))
    })
    const stop = (reason: unknown) => {
      stopping.abort(reason)
    }
    const unlisten = [
      ...[signal, this.#wants.signal].map((each) =>
        onAbort(each, () => {
          stop(each.reason)
        }),
      ),
      ...(answerNow ? [onAbort(answerNow, () => void ignoreFailure(session.call('answerNow', undefined)))] : []),
    ]
    try {
      yield* events
    } finally {
      for (const each of unlisten) each()
      // The reader left early: the reply must end before the next one can begin.
      stop(new DOMException('Nobody reads the reply.', 'AbortError'))
    }
  }

  async measure(prompt: Prompt, historyTokens: number): Promise<PromptSize> {
    return await this.#requireLoaded().call('measure', { prompt, historyTokens })
  }

  async meanLogProbability(parts: readonly PromptPart[], { signal }: { signal: AbortSignal }): Promise<number> {
    return await this.#requireLoaded().call('score', parts, { signal })
  }

  unload(): void {
    this.#loaded = undefined
    this.#hasMoved = false
    this.#wants.abort(new DOMException('The model was unloaded.', 'AbortError'))
    this.#wants = new AbortController()
    if (this.#session) void ignoreFailure(this.#session.call('unload', undefined))
  }

  onLost(listener: (error: AppError) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws {AppError} `generation-failed` unless a model is loaded; `engine-moved` where it serves another tab now */
  #requireLoaded(): Session {
    if (this.#session && this.#loaded) return this.#session
    if (this.#hasMoved) throw moved()
    throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
  }

  async #open(signal: AbortSignal): Promise<Session> {
    const link = await this.#connect(signal)
    const session = new Session(link, (error) => {
      stopListening()
      // A load that was given up may have opened another one.
      if (this.#session !== session) return
      this.#session = undefined
      this.#lose(error)
    })
    const tellVisible = () => {
      void ignoreFailure(session.call('visible', isVisible()))
    }
    const stopListening = onVisibility(tellVisible)
    tellVisible()
    session.watch((error) => {
      this.#lose(error)
    })
    return session
  }

  #lose(error: AppError): void {
    if (!this.#loaded) return
    this.#loaded = undefined
    this.#hasMoved = error.code === 'engine-moved'
    for (const listener of this.#listeners) listener(error)
  }
}

/** A load that ended the tab that ran it is not repeated by itself. */
const endedItsPage = ({ model: { name } }: RunPlan) =>
  new AppError('load-ended-page', `The load of ${name} ended the tab that ran it.`, {
    retry: 'later',
    details: { model: name },
  })
