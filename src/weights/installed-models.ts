import { del, entries, get, set, update, type UseStore } from 'idb-keyval'
import type { CatalogueModel } from '../models/catalogue'
import type { ModelManifest } from '../models/manifest'
import { openStore } from '../platform/open-store'
import { storageErrors } from '../platform/storage-error'

/** A model whose download was started here, or that was imported from files. Its weights may still be incomplete. */
export interface InstalledModel {
  readonly manifest: ModelManifest
  /** Absolute URL of its folder, for models outside any hub. */
  readonly folder?: string
  /** The publisher of its build for the processor, if the manifest names another one. */
  readonly processorSource?: ModelManifest['source']
  /** The result that the catalogue expects of a device that computes correctly. */
  readonly check?: CatalogueModel['check']
  /** Milliseconds since 1970. */
  readonly addedAt: number
  readonly usedAt?: number
}

/** The installed models of this browser, by id: all facts that loading them without a network needs. */
export class InstalledModels {
  readonly #store: UseStore
  readonly #upToDate: (manifest: ModelManifest) => ModelManifest

  /**
   * @param upToDate gives a manifest that an earlier version of the page has stored in today's form
   * @param database its name
   */
  constructor(upToDate: (manifest: ModelManifest) => ModelManifest, database = 'thinktab-models') {
    this.#upToDate = upToDate
    this.#store = openStore(database, 'models')
  }

  /** @throws {AppError} `storage-unavailable` or `storage-full`, as all methods do */
  async list(): Promise<InstalledModel[]> {
    const found = await storageErrors(() => entries<string, InstalledModel>(this.#store))
    return found.map(([, model]) => this.#renewed(model)).sort((a, b) => a.addedAt - b.addedAt)
  }

  async get(id: string): Promise<InstalledModel | undefined> {
    const found = await storageErrors(() => get<InstalledModel>(id, this.#store))
    return found && this.#renewed(found)
  }

  async put(model: InstalledModel): Promise<void> {
    await storageErrors(() => set(model.manifest.id, model, this.#store))
  }

  /** Notes that a model was loaded; a deleted model stays deleted. */
  async touch(id: string, usedAt: number): Promise<void> {
    if (await this.get(id))
      await storageErrors(() =>
        update<InstalledModel | undefined>(id, (model) => model && { ...model, usedAt }, this.#store),
      )
  }

  async delete(id: string): Promise<void> {
    await storageErrors(() => del(id, this.#store))
  }

  #renewed(model: InstalledModel): InstalledModel {
    return { ...model, manifest: this.#upToDate(model.manifest) }
  }
}
