import type { Artifact, ModelManifest } from '../models/manifest'
import { freeSpace } from '../platform/free-space'
import { withLock } from '../platform/locks'
import { AppError } from '../shared/errors'
import { ArtifactDownload, DownloadContext, hashOf, type Tuning } from './artifact-download'
import { ArtifactShelf } from './artifact-shelf'
import { concurrently } from './concurrency'
import type { Range } from './ranges'
import { Source } from './sources'
import type { FetchOptions, WeightsStore } from './weights'

const MEBIBYTE = 1024 * 1024
const DEFAULT_TUNING: Tuning = {
  pieceBytes: 16 * MEBIBYTE,
  blockBytes: 2 * MEBIBYTE,
  connections: 4,
  stallMs: 30_000,
  backoffMs: 500,
}

/** The weights store over IndexedDB. */
export class IdbWeightsStore implements WeightsStore {
  readonly #database: string
  readonly #shelf: ArtifactShelf
  readonly #tuning: Tuning

  /** @param database its name */
  constructor(database = 'thinktab-weights', tuning: Partial<Tuning> = {}) {
    this.#database = database
    this.#shelf = new ArtifactShelf(database)
    this.#tuning = { ...DEFAULT_TUNING, ...tuning }
  }

  async status(model: ModelManifest): Promise<{ haveBytes: number; missing: Artifact[] }> {
    const { have, missing } = await this.#look(model)
    return { haveBytes: sum(have.values()), missing }
  }

  async ensure(model: ModelManifest, base: string, { signal, onProgress, mirrors = [] }: FetchOptions): Promise<void> {
    const { have, missing } = await this.#look(model)
    const total = sum(distinct(model).map(({ bytes }) => bytes))
    await requireSpace(total - sum(have.values()))
    const sources = [base, ...mirrors].map((folder) => new Source(folder))
    const context = new DownloadContext(this.#shelf, sources, this.#tuning)
    // Another tab may be fetching the same: the lock waits for it, and then the artifact is there.
    const get = (artifact: Artifact, stopped: AbortSignal) =>
      withLock(`${this.#database}/${artifact.sha256}`, stopped, async () => {
        const onHave = (bytes: number) => {
          have.set(artifact.sha256, bytes)
          onProgress({ phase: 'download', done: sum(have.values()), total })
        }
        if (await this.#shelf.has(artifact.sha256)) onHave(artifact.bytes)
        else await new ArtifactDownload(artifact, context, onHave).run(stopped)
      })
    const isSmall = ({ bytes }: Artifact) => bytes <= this.#tuning.pieceBytes
    const large = missing.filter((artifact) => !isSmall(artifact))
    await concurrently(missing.filter(isSmall), 1, signal, get)
    await concurrently(large, this.#tuning.connections, signal, get)
  }

  async read(artifact: Artifact): Promise<Blob> {
    const blob = await this.#shelf.open(artifact.sha256)
    if (!blob)
      throw new AppError('artifact-missing', `${artifact.path} is not in the weights store.`, {
        retry: 'now',
        details: { file: artifact.path },
      })
    if (blob.size !== artifact.bytes)
      throw new AppError('artifact-damaged', `${artifact.path} has another length in the weights store.`, {
        retry: 'now',
        details: { file: artifact.path, bytes: blob.size, expectedBytes: artifact.bytes },
      })
    return blob
  }

  async verify(model: ModelManifest): Promise<Artifact[]> {
    const damaged: Artifact[] = []
    for (const artifact of model.artifacts) {
      const blob = await this.#shelf.open(artifact.sha256)
      if (blob && (await hashOf(blob, 2 * this.#tuning.pieceBytes)) !== artifact.sha256) damaged.push(artifact)
    }
    await this.#shelf.delete(damaged.map(({ sha256 }) => sha256))
    return damaged
  }

  async remove(model: ModelManifest): Promise<number> {
    const { haveBytes } = await this.status(model)
    await this.#shelf.delete(model.artifacts.map(({ sha256 }) => sha256))
    return haveBytes
  }

  async removeOthers(wanted: readonly ModelManifest[]): Promise<number> {
    const kept = new Set(wanted.flatMap(({ artifacts }) => artifacts.map(({ sha256 }) => sha256)))
    const { verified, blocks } = await this.#shelf.contents()
    const others = [...new Set([...verified, ...blocks.keys()])].filter((sha256) => !kept.has(sha256))
    let bytes = 0
    for (const sha256 of others)
      bytes += (await this.#shelf.open(sha256))?.size ?? sum((blocks.get(sha256) ?? []).map(sizeOf))
    await this.#shelf.delete(others)
    return bytes
  }

  /** Bytes that are stored of each artifact, by sha256, and the artifacts that are not complete. */
  async #look(model: ModelManifest): Promise<{ have: Map<string, number>; missing: Artifact[] }> {
    const { verified, blocks } = await this.#shelf.contents()
    const missing = distinct(model).filter(({ sha256 }) => !verified.has(sha256))
    const have = new Map(distinct(model).map(({ sha256, bytes }) => [sha256, bytes]))
    for (const { sha256 } of missing) have.set(sha256, sum((blocks.get(sha256) ?? []).map(sizeOf)))
    return { have, missing }
  }
}

/** One artifact for each sha256: paths with the same bytes are stored once. */
function distinct(model: ModelManifest): Artifact[] {
  return [...new Map(model.artifacts.map((artifact) => [artifact.sha256, artifact])).values()]
}

/** @throws {AppError} `storage-short` if the browser says that so many bytes do not fit */
async function requireSpace(neededBytes: number): Promise<void> {
  const freeBytes = neededBytes > 0 ? await freeSpace() : undefined
  if (freeBytes === undefined || freeBytes >= neededBytes) return
  throw new AppError('storage-short', `The model needs ${neededBytes} bytes more, and ${freeBytes} are free.`, {
    retry: 'later',
    details: { neededBytes, freeBytes, missingBytes: neededBytes - freeBytes },
  })
}

const sizeOf = ({ start, end }: Range): number => end - start

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
