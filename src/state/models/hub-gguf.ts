import type { GgufInspector } from '../../gguf/gguf-inspector'
import { longestContext, memoryLimit } from '../../gguf/memory'
import { addressOf } from '../../hub/folders'
import type { RepositoryContents } from '../../hub/gguf-files'
import type { Artifact } from '../../models/manifest'
import { deviceMemoryGiB } from '../../platform/browser-facts'
import { ggufUnusable } from '../../shared/gguf-problem'
import { repositoryUnusable } from '../../shared/repository-problem'
import type { InstalledModel } from '../../weights/installed-models'
import type { WorkerFetcher } from '../../weights/worker-fetcher'
import { factsOf, ggufManifest, hubGgufId, SHORTEST_CONTEXT } from './gguf-manifest'
import { hubFiles, type HubFiles } from './hub-files'
import type { Settings } from '../settings.svelte'

interface Parts {
  /** Repositories and their files, through the weights worker. */
  readonly fetcher: Pick<WorkerFetcher, 'contents' | 'part'>
  readonly inspector: Pick<GgufInspector, 'inspectRemote'>
  readonly settings: Settings
  readonly now: () => number
}

/** GGUF files in repositories of hubs: their lists, and the records of models from them. */
export class HubGguf {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The models in a repository. @throws {AppError} as `repositoryContents` does */
  async contents(repository: string, revision: string, signal: AbortSignal): Promise<RepositoryContents> {
    const { fetcher, settings } = this.#parts
    return await fetcher.contents({ repository, revision, hubs: settings.hubs }, signal)
  }

  /** The repository's GGUF files, to choose from. */
  filesOf(contents: RepositoryContents): HubFiles {
    return hubFiles(contents, deviceMemoryGiB())
  }

  /**
   * The record of a model from one file of a repository. Only the file's header is fetched; the hub gives the file's
   * hash.
   *
   * @throws {AppError} `gguf-unusable`, `repository-unusable` if there is no such file, and as `filePart` does
   */
  async record(contents: RepositoryContents, path: string, signal: AbortSignal): Promise<InstalledModel> {
    const { inspector, fetcher, settings, now } = this.#parts
    const { repository, revision } = contents
    const file = contents.ggufs.find((one) => one.path === path)
    if (!file) throw repositoryUnusable(repository, 'file-missing', path)
    const { bytes, sha256 } = file
    if (sha256 === undefined) throw repositoryUnusable(repository, 'file-unreadable', `${path}: no hash`)
    const name = path.slice(path.lastIndexOf('/') + 1)
    const found = await inspector.inspectRemote(
      {
        name,
        size: bytes,
        part: (start, end, stopped) =>
          fetcher.part({ repository, revision, hubs: settings.hubs, path, start, end }, stopped),
      },
      signal,
    )
    const limit = memoryLimit(deviceMemoryGiB())
    const longest = longestContext(found.facts, limit)
    if (longest < Math.min(SHORTEST_CONTEXT, found.facts.contextLength))
      throw ggufUnusable('too-large', { file: name, bytes, neededBytes: limit })
    const id = hubGgufId(repository, path, sha256)
    const artifact: Artifact = { path: `${id}.gguf`, from: addressOf(path), bytes, sha256, role: 'gguf' }
    const manifest = ggufManifest(found, { name, artifact, id, source: { revision, repository } }, longest)
    return { manifest, ...factsOf(found.facts, longest), addedAt: now() }
  }
}
