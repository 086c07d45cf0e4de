import type { Artifact, ModelManifest } from '../models/manifest'
import { AppError } from '../shared/errors'
import { ArtifactShelf, look, sum } from './artifact-shelf'
import { sizeOf } from './ranges'
import type { Fetcher, FetchOptions, Places, WeightsStore } from './weights'

/** The weights store over IndexedDB: looks at the shelf itself, and leaves to a fetcher what takes long. */
export class IdbWeightsStore implements WeightsStore {
  readonly #shelf: ArtifactShelf
  readonly #fetcher: Fetcher

  /** @param database its name @param fetcher works on the same database */
  constructor(database: string, fetcher: Fetcher) {
    this.#shelf = new ArtifactShelf(database)
    this.#fetcher = fetcher
  }

  async status(model: ModelManifest): Promise<{ haveBytes: number; missing: Artifact[] }> {
    const { have, missing } = await look(this.#shelf, model)
    return { haveBytes: sum(have.values()), missing }
  }

  async ensure(model: ModelManifest, places: Places, options: FetchOptions): Promise<void> {
    const { missing } = await look(this.#shelf, model)
    if (missing.length > 0) await this.#fetcher.ensure(model, places, options)
  }

  async verify(model: ModelManifest, options: FetchOptions): Promise<Artifact[]> {
    return await this.#fetcher.verify(model, options)
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

  async remove(model: ModelManifest, kept: readonly ModelManifest[]): Promise<number> {
    const shared = hashesOf(kept)
    const artifacts = model.artifacts.filter(({ sha256 }) => !shared.has(sha256))
    const { have } = await look(this.#shelf, { artifacts })
    await this.#shelf.delete(artifacts.map(({ sha256 }) => sha256))
    return sum(have.values())
  }

  async removeOthers(wanted: readonly ModelManifest[]): Promise<number> {
    const kept = hashesOf(wanted)
    const { verified, blocks } = await this.#shelf.contents()
    const others = [...new Set([...verified, ...blocks.keys()])].filter((sha256) => !kept.has(sha256))
    let bytes = 0
    for (const sha256 of others)
      bytes += (await this.#shelf.open(sha256))?.size ?? sum((blocks.get(sha256) ?? []).map(sizeOf))
    await this.#shelf.delete(others)
    return bytes
  }
}

const hashesOf = (models: readonly ModelManifest[]) =>
  new Set(models.flatMap(({ artifacts }) => artifacts.map(({ sha256 }) => sha256)))
