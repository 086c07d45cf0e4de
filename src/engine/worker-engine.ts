import type { RunPlan } from '../models/run-plan'
import { onAbort, withAbort } from '../platform/abort'
import { AppError, type ErrorCode } from '../shared/errors'
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
  Prompt,
  PromptPart,
  PromptSize,
  ScoringEngine,
} from './engine'
import { EventQueue } from './event-queue'
import { GPU, type Machine } from './machine'
import type { FromWorker, ToWorker } from './protocol'

/** How long a generation may go without an event, or a stop without its end, before the worker counts as hung, in ms. */
const SILENCE_LIMIT = 120_000
const STOP_LIMIT = 60_000
/** The same for a whole text that is scored, which takes a software adapter seconds a token. */
const SCORE_LIMIT = 600_000

/** Failures after which a loaded model is as it was. */
export const LEAVES_MODEL: ReadonlySet<ErrorCode> = new Set(['prompt-too-long', 'reply-too-long'])

interface Load {
  readonly onProgress: LoadOptions['onProgress']
  readonly resolve: (model: LoadedModel) => void
  readonly reject: (error: unknown) => void
}

/** A question that the worker answers with one message. */
interface Question {
  readonly take: (answer: FromWorker) => void
  readonly reject: (error: unknown) => void
}

/** The page's side of an engine that lives in a dedicated worker. Cancelling a load, or any failure, ends the worker. */
export class WorkerEngine implements InferenceEngine, GreedyEngine, ScoringEngine {
  readonly #start: () => Worker
  readonly #machine: Machine
  readonly #listeners = new Set<(error: AppError) => void>()
  #worker: Worker | undefined
  #load: Load | undefined
  #events: EventQueue<GenerationEvent> | undefined
  #question: Question | undefined
  /** Prompts that are being measured, by number. */
  readonly #measures = new Map<number, { resolve: (size: PromptSize) => void; reject: (error: unknown) => void }>()
  #lastMeasure = 0
  readonly #cancel = (reason: Error) => {
    this.#end(reason)
  }
  #watchdog: ReturnType<typeof setTimeout> | undefined

  /** @param start makes the worker for this machine, which speaks protocol.ts */
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
    const [runtime, ...files] = await Promise.all([
      this.#machine.runtime?.(plan.build.artifacts.reduce((total, { bytes }) => total + bytes, 0)),
      ...plan.build.artifacts.map(async (artifact) => [artifact.path, await source(artifact)] as const),
    ])
    signal.throwIfAborted()
    const loaded = () =>
      new Promise<LoadedModel>((resolve, reject) => {
        this.#load = { onProgress, resolve, reject }
        this.#listen(this.#start())
        this.#post({ type: 'load', plan, files, ...(runtime && { runtime }) })
      })
    try {
      return await withAbort(signal, this.#cancel, loaded)
    } finally {
      this.#load = undefined
    }
  }

  async *generate(
    request: GenerationRequest,
    { signal, answerNow }: GenerationOptions,
  ): AsyncIterable<GenerationEvent> {
    this.#requireIdle()
    const events = new EventQueue<GenerationEvent>()
    this.#events = events
    const stop = () => {
      // Its end may have come already, and wait to be read.
      if (this.#events !== events) return
      this.#post({ type: 'stop' })
      this.#watch(STOP_LIMIT)
    }
    const close = () => {
      if (this.#events === events) this.#post({ type: 'answer-now' })
    }
    this.#post({ type: 'generate', request })
    this.#watch(SILENCE_LIMIT)
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
    if (!this.#worker || this.#load) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
    const id = (this.#lastMeasure += 1)
    return await new Promise((resolve, reject) => {
      this.#measures.set(id, { resolve, reject })
      this.#post({ type: 'measure', id, prompt, historyTokens })
    })
  }

  async greedy(request: GreedyRequest, { signal }: { signal: AbortSignal }): Promise<readonly number[]> {
    const read = (answer: FromWorker) => (answer.type === 'tokens' ? answer.ids : [])
    return await this.#ask({ type: 'greedy', request }, read, SILENCE_LIMIT, signal)
  }

  async meanLogProbability(parts: readonly PromptPart[], { signal }: { signal: AbortSignal }): Promise<number> {
    const read = (answer: FromWorker) => (answer.type === 'scored' ? answer.meanLogProbability : NaN)
    return await this.#ask({ type: 'score', parts }, read, SCORE_LIMIT, signal)
  }

  /** @param limit how long the worker may take, in ms */
  async #ask<T>(message: ToWorker, read: (answer: FromWorker) => T, limit: number, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    this.#requireIdle()
    const answered = () =>
      new Promise<T>((resolve, reject) => {
        const take = (answer: FromWorker) => {
          resolve(read(answer))
        }
        this.#question = { take, reject }
        this.#post(message)
        this.#watch(limit)
      })
    try {
      return await withAbort(signal, this.#cancel, answered)
    } finally {
      this.#question = undefined
      clearTimeout(this.#watchdog)
    }
  }

  unload(): void {
    this.#end(new DOMException('The model was unloaded.', 'AbortError'))
  }

  onLost(listener: (error: AppError) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws {AppError} `generation-failed` unless a model is loaded and writes nothing */
  #requireIdle(): void {
    if (!this.#worker || this.#load) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
    if (this.#events || this.#question)
      throw new AppError('generation-failed', 'Another reply is being written.', { retry: 'later' })
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }

  #listen(worker: Worker): void {
    this.#worker = worker
    worker.onmessage = (event: MessageEvent<FromWorker>) => {
      if (worker === this.#worker) this.#receive(event.data)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      const reason = event.message || 'The worker could not be started.'
      this.#lose(
        new AppError('engine-crashed', `The engine stopped: ${reason}`, { retry: 'now', details: { reason } }),
        worker,
      )
    }
    worker.onmessageerror = () => {
      this.#lose(
        new AppError('engine-crashed', 'The engine sent a message that cannot be read.', { retry: 'now' }),
        worker,
      )
    }
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'progress':
        this.#load?.onProgress(message.progress)
        break
      case 'loaded':
        this.#load?.resolve(message.model)
        break
      case 'event':
        this.#watch(SILENCE_LIMIT)
        this.#events?.push(message.event)
        if (message.event.type === 'done') this.#endReply()
        break
      case 'tokens':
      case 'scored':
        this.#question?.take(message)
        break
      case 'measured':
        this.#measures.get(message.id)?.resolve(message.size)
        this.#measures.delete(message.id)
        break
      case 'not-measured':
        this.#measures.get(message.id)?.reject(AppError.fromRecord(message.error))
        this.#measures.delete(message.id)
        break
      case 'failed':
        // What does not fit leaves the model as it was; after anything else the worker is not to be trusted.
        if (LEAVES_MODEL.has(message.error.code)) this.#failReply(AppError.fromRecord(message.error))
        else this.#lose(AppError.fromRecord(message.error), this.#worker)
        break
      case 'lost':
        this.#lose(AppError.fromRecord(message.error), this.#worker)
        break
    }
  }

  #endReply(): void {
    clearTimeout(this.#watchdog)
    this.#events?.end()
    this.#events = undefined
  }

  #failReply(reason: unknown): void {
    this.#events?.fail(reason)
    this.#endReply()
  }

  #watch(limit: number): void {
    clearTimeout(this.#watchdog)
    const worker = this.#worker
    this.#watchdog = setTimeout(() => {
      this.#lose(
        new AppError('engine-silent', 'The engine has not answered for a long time.', { retry: 'now' }),
        worker,
      )
    }, limit)
  }

  /** Ends `worker` after a failure and tells everyone, unless it has been replaced already. */
  #lose(error: AppError, worker: Worker | undefined): void {
    if (!worker || worker !== this.#worker) return
    const wasLoaded = this.#load === undefined
    this.#end(error)
    if (wasLoaded) for (const listener of this.#listeners) listener(error)
  }

  #end(reason: unknown): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#load?.reject(reason)
    this.#question?.reject(reason)
    for (const { reject } of this.#measures.values()) reject(reason)
    this.#measures.clear()
    this.#failReply(reason)
  }
}
