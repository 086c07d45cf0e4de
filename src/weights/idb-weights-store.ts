import { createStore, delMany, get, keys, set, type UseStore } from 'idb-keyval'
import type { Artifact, ModelManifest } from '../models/manifest'
import { sha256 } from '../platform/sha256'
import { storageError } from '../platform/storage-error'
import { AppError } from '../shared/errors'
import { fetchArtifact } from './fetch-artifact'
import type { FetchOptions, WeightsStore } from './weights'

/** The weights store over IndexedDB: one database, one object store, sha256 -> Blob. */
export class IdbWeightsStore implements WeightsStore {
  readonly #store: UseStore

  /** @param name of the database */
  constructor(name = 'thinktab-weights') {
    this.#store = createStore(name, 'artifacts')
  }

  async status(model: ModelManifest): Promise<{ haveBytes: number; missing: Artifact[] }> {
    const stored = new Set(await storageErrors(keys<string>(this.#store)))
    const missing = distinct(model).filter((artifact) => !stored.has(artifact.sha256))
    const have = distinct(model).filter((artifact) => stored.has(artifact.sha256))
    return { haveBytes: sumBytes(have), missing }
  }

  async ensure(model: ModelManifest, base: string, { signal, onProgress }: FetchOptions): Promise<void> {
    const { haveBytes, missing } = await this.status(model)
    const total = sumBytes(distinct(model))
    let done = haveBytes
    for (const artifact of missing) {
      const before = done
      const blob = await fetchArtifact(artifact, new URL(artifact.path, base).href, signal, (received) => {
        onProgress({ phase: 'download', done: before + received, total })
      })
      signal.throwIfAborted()
      await storageErrors(set(artifact.sha256, blob, this.#store))
      done = before + artifact.bytes
      onProgress({ phase: 'download', done, total })
    }
  }

  async read(artifact: Artifact): Promise<Blob> {
    const blob = await storageErrors(get<Blob>(artifact.sha256, this.#store))
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
      const blob = await storageErrors(get<Blob>(artifact.sha256, this.#store))
      if (blob && (await hashOf(blob)) !== artifact.sha256) damaged.push(artifact)
    }
    await this.#delete(damaged)
    return damaged
  }

  async remove(model: ModelManifest): Promise<number> {
    const { haveBytes } = await this.status(model)
    await this.#delete(model.artifacts)
    return haveBytes
  }

  async #delete(artifacts: readonly Artifact[]): Promise<void> {
    await storageErrors(
      delMany(
        artifacts.map((artifact) => artifact.sha256),
        this.#store,
      ),
    )
  }
}

/** One artifact for each sha256: paths with the same bytes are stored once. */
function distinct(model: ModelManifest): Artifact[] {
  return [...new Map(model.artifacts.map((artifact) => [artifact.sha256, artifact])).values()]
}

/** Undefined if the Blob's bytes cannot be read, because the browser has lost its file. */
async function hashOf(blob: Blob): Promise<string | undefined> {
  try {
    return await sha256(await blob.arrayBuffer())
  } catch {
    return undefined
  }
}

function sumBytes(artifacts: readonly Artifact[]): number {
  return artifacts.reduce((sum, artifact) => sum + artifact.bytes, 0)
}

async function storageErrors<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    throw storageError(error)
  }
}
