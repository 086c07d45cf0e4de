import type { ModelManifest } from '../models/manifest'
import { probeGpu } from '../platform/gpu'
import { AppError } from '../shared/errors'
import type {
  ArtifactSource,
  EngineCapabilities,
  GenerationEvent,
  GenerationRequest,
  GreedyEngine,
  GreedyRequest,
  InferenceEngine,
  LoadedModel,
  LoadOptions,
} from './engine'
import { EventQueue } from './event-queue'
import type { FromWorker, ToWorker } from './protocol'

/** How long a generation may go without an event, or a stop without its end, before the worker counts as hung, in ms. */
const SILENCE_LIMIT = 120_000
const STOP_LIMIT = 60_000

interface Load {
  readonly onProgress: LoadOptions['onProgress']
  readonly resolve: (model: LoadedModel) => void
  readonly reject: (error: unknown) => void
}

interface Greedy {
  readonly resolve: (ids: readonly number[]) => void
  readonly reject: (error: unknown) => void
}

/** The page's side of an engine that lives in a dedicated worker. Cancelling a load, or any failure, ends the worker. */
export class WorkerEngine implements InferenceEngine, GreedyEngine {
  readonly kind = 'webllm'
  readonly #start: () => Worker
  readonly #listeners = new Set<(error: AppError) => void>()
  #worker: Worker | undefined
  #load: Load | undefined
  #events: EventQueue<GenerationEvent> | undefined
  #greedy: Greedy | undefined
  #watchdog: ReturnType<typeof setTimeout> | undefined

  /** @param start makes the worker, which speaks protocol.ts */
  constructor(start: () => Worker) {
    this.#start = start
  }

  probe(): Promise<EngineCapabilities> {
    return probeGpu()
  }

  async load(model: ModelManifest, source: ArtifactSource, { signal, onProgress }: LoadOptions): Promise<LoadedModel> {
    this.unload()
    const files = await Promise.all(
      model.artifacts.map(async (artifact) => [artifact.path, await source(artifact)] as const),
    )
    signal.throwIfAborted()
    const cancel = () => {
      this.#end(signal.reason)
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await new Promise<LoadedModel>((resolve, reject) => {
        this.#load = { onProgress, resolve, reject }
        this.#listen(this.#start())
        this.#post({ type: 'load', model, files })
      })
    } finally {
      this.#load = undefined
      signal.removeEventListener('abort', cancel)
    }
  }

  async *generate(request: GenerationRequest, { signal }: { signal: AbortSignal }): AsyncIterable<GenerationEvent> {
    this.#requireIdle()
    const events = new EventQueue<GenerationEvent>()
    this.#events = events
    const stop = () => {
      // Its end may have come already, and wait to be read.
      if (this.#events !== events) return
      this.#post({ type: 'stop' })
      this.#watch(STOP_LIMIT)
    }
    this.#post({ type: 'generate', request })
    this.#watch(SILENCE_LIMIT)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    try {
      yield* events
    } finally {
      signal.removeEventListener('abort', stop)
      // The reader left early: the reply must end before the next one can begin.
      stop()
    }
  }

  async greedy(request: GreedyRequest, { signal }: { signal: AbortSignal }): Promise<readonly number[]> {
    signal.throwIfAborted()
    this.#requireIdle()
    const cancel = () => {
      this.#end(signal.reason)
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await new Promise<readonly number[]>((resolve, reject) => {
        this.#greedy = { resolve, reject }
        this.#post({ type: 'greedy', request })
        this.#watch(SILENCE_LIMIT)
      })
    } finally {
      this.#greedy = undefined
      clearTimeout(this.#watchdog)
      signal.removeEventListener('abort', cancel)
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
    if (this.#events || this.#greedy)
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
        this.#greedy?.resolve(message.ids)
        break
      case 'failed':
        // A prompt that is too long leaves the model as it was; after anything else the worker is not to be trusted.
        if (message.error.code === 'prompt-too-long') this.#failReply(AppError.fromRecord(message.error))
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
    this.#greedy?.reject(reason)
    this.#failReply(reason)
  }
}
