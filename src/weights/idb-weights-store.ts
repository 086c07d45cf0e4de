import type { Artifact } from '../models/manifest'
import { AppError } from '../shared/errors'
import { ArtifactStore, statusOf, sum } from './artifact-store'
import { sizeOf } from './ranges'
import type { Fetcher, FetchOptions, Places, WeightsStore } from './weights'

/** The weights store over IndexedDB: reads the store itself, and leaves long work to a fetcher. */
export class IdbWeightsStore implements WeightsStore {
  readonly #store: ArtifactStore
  readonly #fetcher: Fetcher

  /** @param database its name @param fetcher works on the same database */
  constructor(database: string, fetcher: Fetcher) {
    this.#store = new ArtifactStore(database)
    this.#fetcher = fetcher
  }

  async status(artifacts: readonly Artifact[]): Promise<{ haveBytes: number; missing: Artifact[] }> {
    const { have, missing } = await statusOf(this.#store, artifacts)
    return { haveBytes: sum(have.values()), missing }
  }

  async ensure(artifacts: readonly Artifact[], places: Places, options: FetchOptions): Promise<void> {
    const { missing } = await statusOf(this.#store, artifacts)
    if (missing.length > 0) await this.#fetcher.ensure(artifacts, places, options)
  }

  async verify(artifacts: readonly Artifact[], options: FetchOptions): Promise<Artifact[]> {
    return await this.#fetcher.verify(artifacts, options)
  }

  async read(artifact: Artifact): Promise<Blob> {
    const blob = await this.#store.open(artifact.sha256)
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

  async remove(artifacts: readonly Artifact[], kept: readonly Artifact[]): Promise<number> {
    const shared = hashesOf(kept)
    const removed = artifacts.filter(({ sha256 }) => !shared.has(sha256))
    const { have } = await statusOf(this.#store, removed)
    await this.#store.delete(removed.map(({ sha256 }) => sha256))
    return sum(have.values())
  }

  async removeOthers(wanted: readonly Artifact[]): Promise<number> {
    const kept = hashesOf(wanted)
    const { verified, blocks } = await this.#store.contents()
    const others = [...new Set([...verified, ...blocks.keys()])].filter((sha256) => !kept.has(sha256))
    let bytes = 0
    for (const sha256 of others)
      bytes += (await this.#store.open(sha256))?.size ?? sum((blocks.get(sha256) ?? []).map(sizeOf))
    await this.#store.delete(others)
    return bytes
  }
}

const hashesOf = (artifacts: readonly Artifact[]) => new Set(artifacts.map(({ sha256 }) => sha256))
