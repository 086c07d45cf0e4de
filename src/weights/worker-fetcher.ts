import type { Artifact, ModelManifest } from '../models/manifest'
import { withAbort } from '../platform/abort'
import { AppError } from '../shared/errors'
import type { FileRequest, RepositoryContents } from '../hub/gguf-files'
import type { RepositoryReport, RepositoryRequest } from '../hub/repository'
import type { GivenFile, Target } from './model-files'
import type { Fetcher, FetchOptions, FetchProgress, Places } from './weights'
import type { FromWeights, Results, ToWeights } from './weights-protocol'

interface Call {
  readonly onProgress: (progress: FetchProgress) => void
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  /** Why it was cancelled. */
  readonly signal: AbortSignal
}

type Request = ToWeights extends infer T ? (T extends { call: number } ? Omit<T, 'call'> : never) : never

/** The page's side of the weights worker, which is started when it is first needed. */
export class WorkerFetcher implements Fetcher {
  readonly #start: () => Worker
  readonly #calls = new Map<number, Call>()
  #worker: Worker | undefined
  #count = 0

  /** @param start makes the worker, which speaks weights-protocol.ts */
  constructor(start: () => Worker) {
    this.#start = start
  }

  async ensure(artifacts: readonly Artifact[], places: Places, options: FetchOptions): Promise<void> {
    await this.#call<'ensure'>({ type: 'ensure', artifacts, places }, options)
  }

  async verify(artifacts: readonly Artifact[], options: FetchOptions): Promise<Artifact[]> {
    return await this.#call<'verify'>({ type: 'verify', artifacts }, options)
  }

  /** What a repository has, as `inspectRepository` says it. */
  async inspect(request: RepositoryRequest, signal: AbortSignal): Promise<RepositoryReport> {
    return await this.#call<'inspect'>({ type: 'inspect', request }, { signal, onProgress: () => undefined })
  }

  /** What a repository has of models, as `repositoryContents` says it. */
  async contents(request: RepositoryRequest, signal: AbortSignal): Promise<RepositoryContents> {
    return await this.#call<'contents'>({ type: 'contents', request }, { signal, onProgress: () => undefined })
  }

  /** A part of a file on a hub, which nobody has verified. @throws {AppError} as `filePart` does */
  async part(request: FileRequest, signal: AbortSignal): Promise<Blob> {
    return await this.#call<'part'>({ type: 'part', request }, { signal, onProgress: () => undefined })
  }

  /** manifest.json of a folder, as it came. */
  async folderManifest(folder: string, signal: AbortSignal): Promise<unknown> {
    return await this.#call<'folder'>({ type: 'folder', folder }, { signal, onProgress: () => undefined })
  }

  /** manifest.json of files that somebody gave, as it is. @throws {AppError} as `readGivenManifest` does */
  async openFiles(given: readonly GivenFile[], signal: AbortSignal): Promise<unknown> {
    return await this.#call<'open'>({ type: 'open', given }, { signal, onProgress: () => undefined })
  }

  /** Stores artifacts from files. @throws {AppError} as `importFiles` does */
  async importFiles(
    artifacts: readonly Artifact[],
    given: readonly GivenFile[],
    options: FetchOptions,
    hashed: readonly string[] = [],
  ): Promise<void> {
    await this.#call<'import'>({ type: 'import', artifacts, given, hashed }, options)
  }

  /** SHA-256 of a file. @throws {AppError} as `hashFile` does */
  async hash(file: File, options: FetchOptions): Promise<string> {
    return await this.#call<'hash'>({ type: 'hash', file }, options)
  }

  /** Writes a model out. @throws {AppError} as `exportFiles` does */
  async export(model: ModelManifest, target: Target, options: FetchOptions): Promise<Blob | undefined> {
    return await this.#call<'export'>({ type: 'export', model, target }, options)
  }

  async #call<K extends keyof Results>(
    request: Request & { type: K },
    { signal, onProgress }: FetchOptions,
  ): Promise<Results[K]> {
    signal.throwIfAborted()
    const worker = (this.#worker ??= this.#open())
    const call = ++this.#count
    const cancel = () => {
      post(worker, { type: 'cancel', call })
    }
    const answer = () =>
      new Promise<Results[K]>((resolve, reject) => {
        this.#calls.set(call, { onProgress, resolve: resolve as Call['resolve'], reject, signal })
        post(worker, { ...request, call })
      })
    try {
      return await withAbort(signal, cancel, answer)
    } finally {
      this.#calls.delete(call)
    }
  }

  #open(): Worker {
    const worker = this.#start()
    worker.onmessage = ({ data }: MessageEvent<FromWeights>) => {
      const call = this.#calls.get(data.call)
      if (data.type === 'progress') call?.onProgress(data.progress)
      else if (data.type === 'done') call?.resolve(data.result)
      else call?.reject(data.error ? AppError.fromRecord(data.error) : call.signal.reason)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      const reason = event.message || 'The worker could not be started.'
      this.#worker = undefined
      worker.terminate()
      for (const { reject } of this.#calls.values())
        reject(new AppError('fetcher-crashed', `Fetching stopped: ${reason}`, { retry: 'now', details: { reason } }))
    }
    return worker
  }
}

function post(worker: Worker, message: ToWeights): void {
  worker.postMessage(message)
}
