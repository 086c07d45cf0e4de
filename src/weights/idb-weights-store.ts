import type { Artifact } from '../models/manifest'
import { AppError } from '../shared/errors'
import { ArtifactLeases } from './artifact-leases'
import { ArtifactStore, statusOf, sum } from './artifact-store'
import { sizeOf } from './ranges'
import type { Fetcher, FetchOptions, Places, WeightsStore } from './weights'

/** The weights store over IndexedDB: reads the store itself, and leaves long work to a fetcher. */
export class IdbWeightsStore implements WeightsStore {
  readonly #store: ArtifactStore
  readonly #fetcher: Fetcher
  readonly #leases: ArtifactLeases

  /** @param database its name @param fetcher works on the same database */
  constructor(database: string, fetcher: Fetcher) {
    this.#store = new ArtifactStore(database)
    this.#leases = new ArtifactLeases(database)
    this.#fetcher = fetcher
  }

  async status(artifacts: readonly Artifact[]): Promise<{ haveBytes: number; missing: Artifact[] }> {
    const { have, missing } = await statusOf(this.#store, artifacts)
    return { haveBytes: sum(have.values()), missing }
  }

  async ensure(artifacts: readonly Artifact[], places: Places, options: FetchOptions): Promise<void> {
    const { missing } = await statusOf(this.#store, artifacts)
    if (missing.length > 0) await this.needing(artifacts, () => this.#fetcher.ensure(artifacts, places, options))
  }

  async verify(artifacts: readonly Artifact[], options: FetchOptions): Promise<Artifact[]> {
    return await this.needing(artifacts, () => this.#fetcher.verify(artifacts, options))
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

  async needing<T>(artifacts: readonly Artifact[], task: () => Promise<T>): Promise<T> {
    return await this.#leases.during(hashesOf(artifacts), task)
  }

  async isNeeded(artifacts: readonly Artifact[]): Promise<boolean> {
    return await this.#leases.anyOf(hashesOf(artifacts))
  }

  async remove(artifacts: readonly Artifact[], kept: readonly Artifact[]): Promise<number> {
    const others = hashesOf(kept)
    return await this.#removeUnneeded([...hashesOf(artifacts)].filter((sha256) => !others.has(sha256)))
  }

  async removeOthers(wanted: readonly Artifact[]): Promise<number> {
    const kept = hashesOf(wanted)
    const { verified, blocks } = await this.#store.contents()
    return await this.#removeUnneeded([...verified, ...blocks.keys()].filter((sha256) => !kept.has(sha256)))
  }

  async #removeUnneeded(hashes: readonly string[]): Promise<number> {
    return await this.#leases.onUnneeded(hashes, async (unneeded) => {
      let bytes = 0
      for (const sha256 of unneeded)
        bytes += (await this.#store.open(sha256))?.size ?? sum((await this.#store.blocks(sha256)).map(sizeOf))
      await this.#store.delete(unneeded)
      return bytes
    })
  }
}

const hashesOf = (artifacts: readonly Artifact[]) => new Set(artifacts.map(({ sha256 }) => sha256))
