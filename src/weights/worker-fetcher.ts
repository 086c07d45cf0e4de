import type { FileRequest, RepositoryContents } from '../hub/gguf-files'
import type { RepositoryReport, RepositoryRequest } from '../hub/repository'
import type { Artifact, ModelManifest } from '../models/manifest'
import { RpcClient } from '../platform/rpc'
import { AppError } from '../shared/errors'
import type { GivenFile, Target } from './model-files'
import type { Fetcher, FetchOptions, Places } from './weights'
import type { WeightsProcedures } from './weights-protocol'

/** The page's side of the weights worker, which is started when it is first needed. */
export class WorkerFetcher implements Fetcher {
  readonly #start: () => Worker
  readonly #mayAsk: (address: string) => Promise<boolean>
  #client: RpcClient<WeightsProcedures> | undefined

  /**
   * @param start makes the worker, which serves weights-protocol.ts
   * @param mayAsk asks the person whether a server may be asked that is none of the build's, by its address
   */
  constructor(start: () => Worker, mayAsk: (address: string) => Promise<boolean>) {
    this.#start = start
    this.#mayAsk = mayAsk
  }

  async ensure(artifacts: readonly Artifact[], places: Places, options: FetchOptions): Promise<void> {
    await this.#asking(() => this.#worker().call('ensure', { artifacts, places }, options))
  }

  async verify(artifacts: readonly Artifact[], options: FetchOptions): Promise<Artifact[]> {
    return await this.#worker().call('verify', artifacts, options)
  }

  /** The facts about a repository, as `inspectRepository` returns them. */
  async inspect(request: RepositoryRequest, signal: AbortSignal): Promise<RepositoryReport> {
    return await this.#asking(() => this.#worker().call('inspect', request, { signal }))
  }

  /** The models in a repository, as `repositoryContents` returns them. */
  async contents(request: RepositoryRequest, signal: AbortSignal): Promise<RepositoryContents> {
    return await this.#asking(() => this.#worker().call('contents', request, { signal }))
  }

  /** A part of a file on a hub, not verified. @throws {AppError} as `filePart` does */
  async part(request: FileRequest, signal: AbortSignal): Promise<Blob> {
    return await this.#asking(() => this.#worker().call('part', request, { signal }))
  }

  /** manifest.json of a folder, as it came. */
  async folderManifest(folder: string, signal: AbortSignal): Promise<unknown> {
    return await this.#asking(() => this.#worker().call('folder', folder, { signal }))
  }

  /** manifest.json of files that somebody gave, as it is. @throws {AppError} as `readGivenManifest` does */
  async openFiles(given: readonly GivenFile[], signal: AbortSignal): Promise<unknown> {
    return await this.#worker().call('open', given, { signal })
  }

  /** Stores artifacts from files. @throws {AppError} as `importFiles` does */
  async importFiles(
    artifacts: readonly Artifact[],
    given: readonly GivenFile[],
    options: FetchOptions,
    hashed: readonly string[] = [],
  ): Promise<void> {
    await this.#worker().call('import', { artifacts, given, hashed }, options)
  }

  /** SHA-256 of a file. @throws {AppError} as `hashFile` does */
  async hash(file: File, options: FetchOptions): Promise<string> {
    return await this.#worker().call('hash', file, options)
  }

  /** Writes a model out. @throws {AppError} as `exportFiles` does */
  async export(model: ModelManifest, target: Target, options: FetchOptions): Promise<Blob | undefined> {
    return await this.#worker().call('export', { model, target }, options)
  }

  /** Calls again for each server that the person allows. @throws {AppError} `place-refused` for one that is not to be asked */
  async #asking<T>(call: () => Promise<T>): Promise<T> {
    for (;;)
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'place-unconfirmed') throw error
        const address = String(error.details['file'])
        if (!(await this.#mayAsk(address)))
          throw new AppError('place-refused', `${address} may not be asked.`, {
            retry: 'now',
            details: { file: new URL(address).host },
          })
        await this.#worker().call('allow', address)
      }
  }

  #worker(): RpcClient<WeightsProcedures> {
    this.#client ??= new RpcClient<WeightsProcedures>(this.#start(), (reason, code) => {
      // The next call starts another worker.
      this.#client = undefined
      return new AppError(code ?? 'fetcher-crashed', `Fetching stopped: ${reason}`, {
        retry: 'now',
        details: { reason },
      })
    })
    return this.#client
  }
}
