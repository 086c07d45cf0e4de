import type { RepositoryAt } from '../hub/folders'
import type { Artifact } from '../models/manifest'
import { freeSpace } from '../platform/persistence'
import { withLock } from '../platform/locks'
import { AppError } from '../shared/errors'
import { ArtifactDownload, DownloadContext, hashOf, type Tuning } from './artifact-download'
import { ArtifactStore, distinct, statusOf, sum } from './artifact-store'
import { concurrently } from './concurrency'
import { fastestFirst } from './fastest-first'
import { Source } from './sources'
import type { Fetcher, FetchOptions, Place, Places } from './weights'

const MEBIBYTE = 1024 * 1024
const DEFAULT_TUNING: Tuning = {
  pieceBytes: 16 * MEBIBYTE,
  blockBytes: 4 * MEBIBYTE,
  connections: 4,
  stallMs: 30_000,
  backoffMs: 500,
}

/** Rounds in which a download looks for missing bytes: the browser, or a person, may clear storage meanwhile. */
const ROUNDS = 3

/** Fetches artifacts and stores them. It runs in the weights worker, whose policy lets it reach other hosts. */
export class ArtifactFetcher implements Fetcher {
  readonly #database: string
  readonly #folderOf: (place: RepositoryAt) => string
  readonly #store: ArtifactStore
  readonly #tuning: Tuning

  /**
   * @param database its name
   * @param folderOf the address of a repository's files, with a slash at its end
   */
  constructor(database: string, folderOf: (place: RepositoryAt) => string, tuning: Partial<Tuning> = {}) {
    this.#database = database
    this.#folderOf = folderOf
    this.#store = new ArtifactStore(database)
    this.#tuning = { ...DEFAULT_TUNING, ...tuning }
  }

  async ensure(artifacts: readonly Artifact[], places: Places, options: FetchOptions): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const found = await statusOf(this.#store, artifacts)
      if (found.missing.length === 0) return
      await this.#fetch(artifacts, found, places, options)
    }
    if ((await statusOf(this.#store, artifacts)).missing.length === 0) return
    const reason = 'What had been stored was gone again.'
    throw new AppError('storage-unavailable', reason, { retry: 'later', details: { reason } })
  }

  /**
   * Keeps room for chats while artifacts are stored. It is taken up meanwhile, because browsers do not report the
   * remaining room correctly: Chromium reports 10 GiB whatever is left.
   */
  async #leavingRoom(fetchAll: () => Promise<void>): Promise<void> {
    try {
      await this.#store.putBlock(ROOM_KEY, 0, new Blob([new Uint8Array(ROOM_FOR_CHATS)]))
      await fetchAll()
    } finally {
      // Where it cannot be deleted now, it is data of no model.
      await this.#store.delete([ROOM_KEY]).catch(() => undefined)
    }
  }

  async #fetch(
    artifacts: readonly Artifact[],
    { have, missing }: Awaited<ReturnType<typeof statusOf>>,
    places: Places,
    { signal, onProgress }: FetchOptions,
  ): Promise<void> {
    const total = sum(distinct(artifacts).map(({ bytes }) => bytes))
    let verified = total - sum(missing.map(({ bytes }) => bytes))
    await requireSpace(total - sum(have.values()))
    const context = new DownloadContext(this.#store, this.#tuning)
    const sourceOf = (place: Place) => new Source(typeof place === 'string' ? place : this.#folderOf(place))
    const kernels = places.kernels.map(sourceOf)
    const given = places.weights.map(sourceOf)
    const isSmall = ({ bytes }: Artifact) => bytes <= this.#tuning.pieceBytes
    const large = missing.filter((artifact) => !isSmall(artifact))
    const [sample] = large
    const weights = sample && !places.inOrder ? await fastestFirst(given, sample, signal) : given
    // Another tab may be fetching the same artifact: the lock waits for that tab, and then the artifact is stored.
    const get = (artifact: Artifact, stopped: AbortSignal) =>
      withLock(`${this.#database}/${artifact.sha256}`, stopped, async () => {
        const onHave = (bytes: number, source?: string) => {
          have.set(artifact.sha256, bytes)
          onProgress({ phase: 'download', done: sum(have.values()), total, verified, ...(source && { source }) })
        }
        const sources = artifact.role === 'library' ? kernels : weights
        if (!(await this.#store.has(artifact.sha256)))
          await new ArtifactDownload(artifact, context, sources, onHave).run(stopped)
        verified += artifact.bytes
        onHave(artifact.bytes)
      })
    try {
      await this.#leavingRoom(async () => {
        await concurrently(missing.filter(isSmall), 1, signal, get)
        await concurrently(large, this.#tuning.connections, signal, get)
      })
    } catch (error) {
      // Bytes that had arrived and were not stored yet are lost, and count as missing.
      const stored = await statusOf(this.#store, artifacts).catch(() => ({ have }))
      throw withNeed(error, total - sum(stored.have.values()))
    }
  }

  async verify(all: readonly Artifact[], { signal, onProgress }: FetchOptions): Promise<Artifact[]> {
    const damaged: Artifact[] = []
    const artifacts = distinct(all)
    const total = sum(artifacts.map(({ bytes }) => bytes))
    let done = 0
    let verified = 0
    for (const artifact of artifacts) {
      signal.throwIfAborted()
      const blob = await this.#store.open(artifact.sha256)
      const right = blob && (await hashOf(blob, 2 * this.#tuning.pieceBytes)) === artifact.sha256
      if (blob && !right) damaged.push(artifact)
      done += artifact.bytes
      if (right) verified += artifact.bytes
      onProgress({ phase: 'verify', done, total, verified })
    }
    await this.#store.delete(damaged.map(({ sha256 }) => sha256))
    return damaged
  }
}

/** Weights can be fetched again, and chats cannot: so many bytes stay free for them, some hundred long answers. */
export const ROOM_FOR_CHATS = 2 * 1024 * 1024
/** It stands in the place of an artifact's hash. */
const ROOM_KEY = 'room for chats'

/** @throws {AppError} `storage-short` if the browser says that so many bytes, and chats, do not fit */
async function requireSpace(bytes: number): Promise<void> {
  const freeBytes = bytes > 0 ? await freeSpace() : undefined
  const neededBytes = bytes + ROOM_FOR_CHATS
  if (freeBytes === undefined || freeBytes >= neededBytes) return
  throw new AppError('storage-short', `The model and chats need ${neededBytes} bytes, and ${freeBytes} are free.`, {
    retry: 'later',
    details: { neededBytes, freeBytes, missingBytes: neededBytes - freeBytes },
  })
}

/** Storage became full half-way: browsers do not report the remaining room correctly, but the need is known. */
function withNeed(error: unknown, neededBytes: number): unknown {
  if (!(error instanceof AppError) || error.code !== 'storage-full') return error
  return new AppError('storage-full', `${error.message} ${neededBytes} bytes more are needed.`, {
    retry: error.retry,
    cause: error,
    details: { ...error.details, neededBytes },
  })
}
