import type { CatalogueModel } from '../../models/catalogue'
import type { Device } from '../../models/fit'
import { hubManifest, templateOf, type ModelFacts } from '../../hub/hub-model'
import type { Kernels } from '../../models/kernels'
import { parseManifest } from '../../models/manifest-schema'
import { kernelsForWeights } from '../../models/variants'
import { UNKNOWN_LICENCE } from '../../shared/licence'
import { repositoryUnusable } from '../../shared/repository-problem'
import type { RepositoryReport } from '../../hub/repository'
import type { InstalledModel, InstalledModels } from '../../weights/installed-models'
import type { GivenFile } from '../../weights/model-files'
import type { WorkerFetcher } from '../../weights/worker-fetcher'
import type { Settings } from '../settings.svelte'

interface Parts {
  /** Repositories, folders and files, through the weights worker. */
  readonly fetcher: Pick<WorkerFetcher, 'inspect' | 'folderManifest' | 'openFiles'>
  readonly installed: Pick<InstalledModels, 'put'>
  readonly settings: Settings
  readonly kernels: () => readonly Kernels[]
  /** Undefined before it is known. */
  readonly device: () => Device | undefined
  readonly now: () => number
}

/** Makes the record of a model that is added to the list, from any place. No weights are fetched yet. */
export class ModelAdditions {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** @throws {AppError} as `inspectRepository` and `kernelsForWeights` do, as all methods that ask a hub */
  async fromCatalogue(
    offer: CatalogueModel,
    weights: CatalogueModel['weights'][number],
    signal: AbortSignal,
  ): Promise<InstalledModel> {
    const report = await this.#inspect(weights.repository, weights.revision, signal)
    const { id, name, parameters, template, sampling, contextWindow, licence } = offer
    const facts: ModelFacts = { id, name, parameters, template, sampling, contextWindow, licence }
    const manifest = hubManifest(report, this.#kernelsFor(report), facts)
    return { manifest, addedAt: this.#parts.now(), ...(offer.check && { check: offer.check }) }
  }

  /** Facts that a repository lacks are taken from a model of the catalogue with the same network. */
  async fromRepository(
    repository: string,
    revision: string,
    catalogue: readonly CatalogueModel[],
    signal: AbortSignal,
  ): Promise<InstalledModel> {
    const report = await this.#inspect(repository, revision, signal)
    const kernels = this.#kernelsFor(report)
    const like = catalogue.find((offer) => offer.kernels === kernels.model)
    if (!like) throw repositoryUnusable(repository, 'no-kernels', kernels.model)
    const { parameters, sampling, contextWindow } = like
    const template = templateOf(report)
    const name = repository.slice(repository.indexOf('/') + 1)
    const id = `hub-${repository.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-')}`.slice(0, 64)
    const facts = { id, name, parameters, template, sampling, contextWindow, licence: UNKNOWN_LICENCE }
    return { manifest: hubManifest(report, kernels, facts), addedAt: this.#parts.now() }
  }

  /** @param folder absolute URL with a slash at its end; it has a manifest.json */
  async fromFolder(folder: string, signal: AbortSignal): Promise<InstalledModel> {
    const manifest = parseManifest(await this.#parts.fetcher.folderManifest(folder, signal))
    return { manifest, folder, addedAt: this.#parts.now() }
  }

  /** @param given one .zip, or a folder's files */
  async fromFiles(given: readonly GivenFile[], signal: AbortSignal): Promise<InstalledModel> {
    return { manifest: parseManifest(await this.#parts.fetcher.openFiles(given, signal)), addedAt: this.#parts.now() }
  }

  /**
   * An installed model with the catalogue's present expectations of it, which may have been measured later. The result
   * is stored.
   */
  async renewed(model: InstalledModel, offer: CatalogueModel | undefined): Promise<InstalledModel> {
    if (!offer?.check || JSON.stringify(offer.check) === JSON.stringify(model.check)) return model
    const updated = { ...model, check: offer.check }
    await this.#parts.installed.put(updated)
    return updated
  }

  async #inspect(repository: string, revision: string, signal: AbortSignal): Promise<RepositoryReport> {
    const { fetcher, settings } = this.#parts
    return await fetcher.inspect({ repository, revision, hubs: settings.hubs }, signal)
  }

  #kernelsFor(report: RepositoryReport): Kernels {
    return kernelsForWeights(report, this.#parts.kernels(), this.#parts.device())
  }
}
