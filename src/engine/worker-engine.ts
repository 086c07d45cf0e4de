import type { RunPlan } from '../models/run-plan'
import { onAbort, withAbort } from '../platform/abort'
import { streamOf } from '../platform/event-queue'
import { RpcClient } from '../platform/rpc'
import { Watchdog } from '../platform/watchdog'
import { AppError, toAppError, type ErrorCode } from '../shared/errors'
import type {
  ArtifactSource,
  EngineCapabilities,
  GenerationEvent,
  GenerationOptions,
  GenerationRequest,
  GreedyEngine,
  GreedyRequest,
  InferenceEngine,
  LoadedModel,
  LoadOptions,
  LoadProgress,
  Prompt,
  PromptPart,
  PromptSize,
  ScoringEngine,
} from './engine'
import { GPU, type Machine } from './machine'
import type { EngineProcedures } from './protocol'

/**
 * A worker counts as hung after this long without an event of a generation, or without the end of a stopped one, in ms.
 * For a load the machine says how long.
 */
const SILENCE_LIMIT = 120_000
const STOP_LIMIT = 60_000
/** The limit for a whole text that is scored, which takes a software adapter seconds a token. */
const SCORE_LIMIT = 600_000

/** Failures that leave a loaded model unchanged. */
export const LEAVES_MODEL: ReadonlySet<ErrorCode> = new Set(['prompt-too-long', 'reply-too-long'])

type Client = RpcClient<EngineProcedures>

/** The page's side of an engine that lives in a dedicated worker. Cancelling a load, or any failure, ends the worker. */
export class WorkerEngine implements InferenceEngine, GreedyEngine, ScoringEngine {
  readonly #start: () => Worker
  readonly #machine: Machine
  readonly #listeners = new Set<(error: AppError) => void>()
  /** The worker, from the beginning of a load on. */
  #client: Client | undefined
  #loaded = false
  /** Whether the model writes, or answers a question that needs all of it. */
  #busy = false
  readonly #watchdog = new Watchdog(() => {
    const silent = new AppError('engine-silent', 'The engine has not answered for a long time.', { retry: 'now' })
    this.#lose(silent, this.#client)
  })

  /** @param start makes the worker for this machine, which serves protocol.ts */
  constructor(start: () => Worker, machine: Machine = GPU) {
    this.#start = start
    this.#machine = machine
  }

  get kind(): InferenceEngine['kind'] {
    return this.#machine.kind
  }

  probe(): Promise<EngineCapabilities> {
    return this.#machine.probe()
  }

  async load(plan: RunPlan, source: ArtifactSource, { signal, onProgress }: LoadOptions): Promise<LoadedModel> {
    this.unload()
    const modelBytes = plan.build.artifacts.reduce((total, { bytes }) => total + bytes, 0)
    const limit = this.#machine.loadLimit(modelBytes)
    const [runtime, ...files] = await Promise.all([
      this.#machine.runtime?.(modelBytes),
      ...plan.build.artifacts.map(async (artifact) => [artifact.path, await source(artifact)] as const),
    ])
    signal.throwIfAborted()
    const client = this.#open()
    const request = { plan, files, ...(runtime && { runtime }) }
    const progressed = (progress: LoadProgress) => {
      this.#watchdog.watch(limit)
      onProgress(progress)
    }
    const load = () => client.call('load', request, { onProgress: progressed })
    this.#watchdog.watch(limit)
    try {
      const model = await this.#orEnd(signal, load)
      this.#loaded = client === this.#client
      if (this.#loaded) this.#watchdog.rest()
      return model
    } catch (error) {
      this.#lose(toAppError(error), client)
      throw error
    }
  }

  async *generate(
    request: GenerationRequest,
    { signal, answerNow }: GenerationOptions,
  ): AsyncIterable<GenerationEvent> {
    const client = this.#requireIdle()
    const stopping = new AbortController()
    let writing = true
    const events = streamOf<GenerationEvent>(async (push) => {
      const onProgress = (event: GenerationEvent) => {
        this.#watchdog.watch(SILENCE_LIMIT)
        push(event)
      }
      const write = () => client.call('generate', request, { signal: stopping.signal, onProgress })
      try {
        push(await this.#occupy(client, SILENCE_LIMIT, write))
      } finally {
        writing = false
      }
    })
    const stop = () => {
      // The end may have come already, and wait to be read.
      if (!writing) return
      stopping.abort()
      this.#watchdog.watch(STOP_LIMIT)
    }
    const close = () => {
      // If the worker dies meanwhile, the reply reports it.
      if (writing) client.call('answerNow', undefined).catch(() => undefined)
    }
    const unlisten = [onAbort(signal, stop), answerNow ? onAbort(answerNow, close) : () => undefined]
    try {
      yield* events
    } finally {
      for (const each of unlisten) each()
      // The reader left early: the reply must end before the next one can begin.
      stop()
    }
  }

  async measure(prompt: Prompt, historyTokens: number): Promise<PromptSize> {
    return await this.#requireLoaded().call('measure', { prompt, historyTokens })
  }

  async greedy(request: GreedyRequest, { signal }: { signal: AbortSignal }): Promise<readonly number[]> {
    signal.throwIfAborted()
    const client = this.#requireIdle()
    const ask = () => client.call('greedy', request)
    return await this.#occupy(client, SILENCE_LIMIT, () => this.#orEnd(signal, ask))
  }

  async meanLogProbability(parts: readonly PromptPart[], { signal }: { signal: AbortSignal }): Promise<number> {
    signal.throwIfAborted()
    const client = this.#requireIdle()
    const ask = () => client.call('score', parts)
    return await this.#occupy(client, SCORE_LIMIT, () => this.#orEnd(signal, ask))
  }

  unload(): void {
    this.#end(new DOMException('The model was unloaded.', 'AbortError'))
  }

  onLost(listener: (error: AppError) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws {AppError} `generation-failed` unless a model is loaded */
  #requireLoaded(): Client {
    if (this.#client && this.#loaded) return this.#client
    throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
  }

  /** @throws {AppError} `generation-failed` unless a model is loaded and writes nothing */
  #requireIdle(): Client {
    const client = this.#requireLoaded()
    if (this.#busy) throw new AppError('generation-failed', 'Another reply is being written.', { retry: 'later' })
    return client
  }

  #open(): Client {
    const client = new RpcClient<EngineProcedures>(this.#start(), (reason, code) => {
      const error = new AppError(code ?? 'engine-crashed', `The engine stopped: ${reason}`, {
        retry: 'now',
        details: { reason },
      })
      this.#lose(error, client)
      return error
    })
    this.#client = client
    client.call('lost', undefined).catch((error: unknown) => {
      this.#lose(toAppError(error), client)
    })
    return client
  }

  /** For tasks that only ending the worker can abort. */
  #orEnd<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    return withAbort(
      signal,
      (reason) => {
        this.#end(reason)
      },
      task,
    )
  }

  /**
   * Runs a task that takes all of the model. A text that does not fit leaves the model as it was; after any other
   * failure the worker cannot be trusted, and ends.
   *
   * @param limit longest silence of the worker, in ms
   */
  async #occupy<T>(client: Client, limit: number, task: () => Promise<T>): Promise<T> {
    this.#busy = true
    this.#watchdog.watch(limit)
    try {
      return await task()
    } catch (error) {
      if (!(error instanceof AppError && LEAVES_MODEL.has(error.code))) this.#lose(toAppError(error), client)
      throw error
    } finally {
      if (client === this.#client) this.#rest()
    }
  }

  #rest(): void {
    this.#watchdog.rest()
    this.#busy = false
  }

  /** Ends the worker of `client` after a failure and tells all listeners, unless it has been replaced already. */
  #lose(error: AppError, client: Client | undefined): void {
    if (!client || client !== this.#client) return
    const wasLoaded = this.#loaded
    this.#end(error)
    if (wasLoaded) for (const listener of this.#listeners) listener(error)
  }

  #end(reason: Error): void {
    const client = this.#client
    this.#client = undefined
    this.#loaded = false
    this.#rest()
    client?.end(reason)
  }
}
