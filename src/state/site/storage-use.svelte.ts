import { LAB, SEALED_LAB } from '../../lab/lab-store'
import { artifactsOf } from '../../models/manifest'
import { airGapped, isAirGapped } from '../../platform/air-gap'
import { cacheBytes, cacheNames, databaseBytes, dropCache, dropDatabase } from '../../platform/site-data'
import { unregisterSiteWorker } from '../../platform/site-presence'
import { SEARCH_DATABASE } from '../../search/index-store'
import { AIR_GAP_CACHE, PROCESSOR_CACHE } from '../../shared/site-worker'
import type { InstalledModels } from '../../weights/installed-models'
import type { WeightsStore } from '../../weights/weights'
import type { ModelLibrary } from '../models/model-library.svelte'
import type { ModelSource } from '../models/model.svelte'
import { SiteStorage } from './site-storage.svelte'

/** Data that can be freed at once, because the page makes or fetches it again when needed. */
export type Freeable = 'search' | 'processor' | 'site'

/** Stored bytes by kind; a kind that was not counted, or cannot be, is absent. */
export type Sizes = Readonly<Partial<Record<Freeable | 'chats' | 'lab', number>>>

export interface StoredModel {
  readonly id: string
  readonly name: string
  /** Also those of an unfinished download. */
  readonly bytes: number
  /** Comes with the site, and is fetched again by itself. */
  readonly isBuiltIn: boolean
}

export interface StorageUseDependencies {
  /** The name of the database of chats. */
  readonly chats: string
  readonly isVaulted: boolean
  readonly weights: WeightsStore
  readonly installed: InstalledModels
  readonly builtIn: ModelSource
  /** Knows all other steps of a model's removal. */
  readonly library: () => Promise<ModelLibrary>
}

/** The parts that take room in this browser. */
export class StorageUse {
  readonly site = new SiteStorage()
  sizes = $state.raw<Sizes>({})
  /** The largest first. */
  models = $state.raw<readonly StoredModel[]>([])
  /** The kinds that were freed since the page was opened. */
  freed = $state.raw<readonly Freeable[]>([])
  readonly #deps: StorageUseDependencies

  constructor(dependencies: StorageUseDependencies) {
    this.#deps = dependencies
  }

  /** Counts everything; large parts come last. A part that cannot be counted stays absent. */
  async look(signal: AbortSignal): Promise<void> {
    const count = async (part: keyof Sizes, bytes: () => Promise<number>) => {
      const found = await bytes().catch(() => undefined)
      if (!signal.aborted && found !== undefined) this.sizes = { ...this.sizes, [part]: found }
    }
    await Promise.all([this.site.look(), this.#lookAtModels()])
    await count('processor', () => cacheBytes(PROCESSOR_CACHE))
    await count('site', async () => {
      const sizes = await Promise.all((await siteCaches()).map(cacheBytes))
      return sizes.reduce((sum, size) => sum + size, 0)
    })
    await count('search', () => databaseBytes(SEARCH_DATABASE, signal))
    const { chats, isVaulted } = this.#deps
    await count('chats', () => databaseBytes(chats, signal))
    await count('lab', () => databaseBytes(isVaulted ? SEALED_LAB : LAB, signal))
  }

  /** @throws where the browser refuses it; {AppError} `air-gapped` for what would have to be fetched again */
  async free(part: Freeable): Promise<void> {
    if (part !== 'search' && (await isAirGapped())) throw airGapped()
    if (part === 'search') await dropDatabase(SEARCH_DATABASE)
    else if (part === 'processor') await dropCache(PROCESSOR_CACHE)
    else {
      // The service worker would continue to serve from a deleted cache.
      await unregisterSiteWorker()
      for (const name of await siteCaches()) await dropCache(name)
    }
    this.freed = [...this.freed, part]
    this.sizes = { ...this.sizes, [part]: 0 }
    await this.site.look()
  }

  /** Whether another tab fetches, checks or writes out a model at the moment. */
  async isNeededElsewhere(id: string): Promise<boolean> {
    const record = await this.#deps.installed.get(id)
    return record !== undefined && (await this.#deps.weights.isNeeded(artifactsOf(record.manifest)))
  }

  /** Deletes a fetched model. @throws {AppError} if it stays */
  async removeModel(id: string): Promise<void> {
    const library = await this.#deps.library()
    await library.open()
    const model = library.models.find((one) => one.id === id)
    if (model) await library.transfers.remove(model)
    await Promise.all([this.site.look(), this.#lookAtModels()])
    if (model?.error) throw model.error
    if (library.error) throw library.error
  }

  async #lookAtModels(): Promise<void> {
    const { weights, installed, builtIn } = this.#deps
    const own = await builtIn.manifest().catch(() => undefined)
    const others = await installed.list().catch(() => [])
    const manifests = [...others.map(({ manifest }) => manifest), ...(own ? [own] : [])]
    const models = await Promise.all(
      manifests.map(async (manifest) => {
        const { id, name } = manifest
        const { haveBytes } = await weights.status(artifactsOf(manifest))
        return { id, name, bytes: haveBytes, isBuiltIn: manifest === own }
      }),
    ).catch(() => [])
    this.models = models.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes)
  }
}

/** All caches that the service worker has made, whatever their names. */
const siteCaches = async () => (await cacheNames()).filter((name) => name !== PROCESSOR_CACHE && name !== AIR_GAP_CACHE)
