import { del, entries, get, set, update, type UseStore } from 'idb-keyval'
import type { GgufFacts } from '../gguf/facts'
import type { CatalogueModel } from '../models/catalogue'
import type { ModelManifest } from '../models/manifest'
import { Channel } from '../platform/channel'
import { openStore } from '../platform/open-store'
import { storageErrors } from '../platform/storage-error'

/** A model whose download was started here, or that was imported from files. Its weights may still be incomplete. */
export interface InstalledModel {
  readonly manifest: ModelManifest
  /** Absolute URL of its folder, for models outside any hub. */
  readonly folder?: string
  /** The publisher of its build for the processor, if the manifest names another one. */
  readonly processorSource?: ModelManifest['source']
  /** What kernels its GGUF file needs, or why there can be none; absent for a model from an earlier version of the page. */
  readonly kernelNeeds?: GgufFacts['kernels']
  /** The longest context that its GGUF file can have on the processor, and bytes for each token of it. */
  readonly processorContext?: { readonly longest: number; readonly bytesPerToken: number }
  /** The result that the catalogue expects of a device that computes correctly. */
  readonly check?: CatalogueModel['check']
  /** Milliseconds since 1970. */
  readonly addedAt: number
  readonly usedAt?: number
}

/** The installed models of this browser, by id: all facts that loading them without a network needs. */
export class InstalledModels {
  readonly #store: UseStore
  readonly #deletions: Channel<string>
  readonly #read: (manifest: unknown) => ModelManifest | undefined

  /**
   * @param read gives a stored manifest, of this version of the page or an earlier one, in today's form; undefined if it is none
   * @param database its name
   */
  constructor(read: (manifest: unknown) => ModelManifest | undefined, database = 'thinktab-models') {
    this.#read = read
    this.#store = openStore(database, 'models')
    this.#deletions = new Channel(database)
  }

  /** @throws {AppError} `storage-unavailable` or `storage-full`, as all methods do */
  async list(): Promise<InstalledModel[]> {
    const found = await this.#entries()
    return found.flatMap(([, stored]) => this.#model(stored) ?? []).sort((a, b) => a.addedAt - b.addedAt)
  }

  /** Ids of records that cannot be read. */
  async damaged(): Promise<string[]> {
    return (await this.#entries()).filter(([, stored]) => !this.#model(stored)).map(([id]) => id)
  }

  async get(id: string): Promise<InstalledModel | undefined> {
    return this.#model(await storageErrors(() => get<unknown>(id, this.#store)))
  }

  /** Whether there is a record of this id, readable or not. */
  async has(id: string): Promise<boolean> {
    return (await storageErrors(() => get<unknown>(id, this.#store))) !== undefined
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
    this.#deletions.post(id)
  }

  /** Told the id of each model that another tab has deleted; it may be here again by then. */
  onDeleted(listener: (id: string) => void): void {
    this.#deletions.listen(listener)
  }

  async #entries(): Promise<[string, unknown][]> {
    return await storageErrors(() => entries<string, unknown>(this.#store))
  }

  #model(stored: unknown): InstalledModel | undefined {
    if (typeof stored !== 'object' || stored === null || !('manifest' in stored)) return undefined
    const manifest = this.#read(stored.manifest)
    return manifest && { addedAt: 0, ...stored, manifest }
  }
}
