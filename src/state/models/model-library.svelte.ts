import { parseCatalogue } from '../../models/catalogue'
import { parseKernels, type Kernels } from '../../models/kernels'
import { artifactsOf, type Artifact } from '../../models/manifest'
import { variantOfOffer } from '../../models/variants'
import { toAppError, type AppError } from '../../shared/errors'
import type { InstalledModel } from '../../weights/installed-models'
import type { DeviceCheck } from './device-check.svelte'
import { GgufKernels } from './gguf-kernels'
import { HubGguf } from './hub-gguf'
import { renewKernels } from './kernel-renewal'
import { LibraryModel } from './library-model.svelte'
import { ModelAdditions } from './model-additions'
import { ModelBuilds } from './model-builds'
import { ModelChoice } from './model-choice'
import { ModelFits } from './model-fits'
import { ModelImports } from './model-imports.svelte'
import type { ModelLibraryParts } from './model-library-parts'
import { ModelTransfers } from './model-transfers.svelte'

/** The models that can be fetched and the installed ones. */
export class ModelLibrary {
  models = $state<LibraryModel[]>([])
  state = $state<'loading' | 'ready' | 'error'>('loading')
  error = $state.raw<AppError>()
  readonly device: DeviceCheck
  /** Adds models that are not in the catalogue. */
  readonly imports: ModelImports
  /** Chooses the build of a model for this device. */
  readonly builds: ModelBuilds
  readonly fits: ModelFits
  /** Lets GGUF files run over WebGPU. */
  readonly ggufKernels: GgufKernels
  /** Ids of installed models whose records are damaged. */
  damaged = $state.raw<readonly string[]>([])
  readonly transfers: ModelTransfers
  readonly choice: ModelChoice
  #kernels = $state.raw<readonly Kernels[]>([])
  readonly #parts: ModelLibraryParts
  readonly #additions: ModelAdditions
  #opening: Promise<void> | undefined

  constructor(parts: ModelLibraryParts) {
    this.#parts = parts
    const { stores, site, workers, machine, model, settings } = parts
    const deps = { ...stores, ...site, ...workers, ...machine, model, settings }
    const kernels = () => this.#kernels
    this.device = deps.device
    this.#additions = new ModelAdditions({ ...deps, kernels, device: () => this.device.device })
    const gguf = new HubGguf(deps)
    this.ggufKernels = new GgufKernels({ ...deps, kernels, device: () => this.device.device })
    this.choice = new ModelChoice(deps)
    this.builds = new ModelBuilds({
      ...deps,
      gguf,
      additions: this.#additions,
      wish: (id) => this.choice.engineOf(id),
      variantOf: (offer) => variantOfOffer(offer, this.#kernels, this.device.device),
      record: async (model, installed) => {
        await deps.installed.put(installed)
        this.damaged = this.damaged.filter((id) => id !== model.id)
        model.installed = installed
      },
      kept: () => this.#artifacts(),
    })
    this.fits = new ModelFits({ device: deps.device, builds: this.builds, kernels })
    const list = {
      models: () => this.models,
      drop: (model: LibraryModel) => void (this.models = this.models.filter((one) => one !== model)),
    }
    this.transfers = new ModelTransfers({
      stores: { ...stores, settings, folder: site.folder },
      fetcher: workers.fetcher,
      machine,
      how: { builds: this.builds, fits: this.fits, kernels: this.ggufKernels },
      choice: this.choice,
      list: { ...list, artifactsExcept: (id) => this.#artifacts(id) },
    })
    stores.installed.onDeleted((id) => {
      // What cannot be removed now is data of no model, which can be freed.
      this.transfers.deletedElsewhere(id).catch(() => undefined)
    })
    this.imports = new ModelImports({
      ...deps,
      gguf,
      kernels: this.ggufKernels,
      additions: this.#additions,
      list: {
        ...list,
        show: (id, name) => this.#show(id, name),
        take: (installed) => this.#take(installed),
        perform: (model, activity, task) => this.transfers.perform(model, activity, task),
      },
    })
  }

  /** Reads catalogue and installed models; a failure shows in `error`, and opening tries again. */
  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      this.state = 'error'
      this.error = toAppError(error)
    })
    return this.#opening
  }

  async #open(): Promise<void> {
    const {
      site: { fetchJson, folder },
      stores,
    } = this.#parts
    this.state = 'loading'
    const [catalogue, kernels, collection, damaged] = await Promise.all([
      fetchJson(`${folder}catalogue.json`).then(parseCatalogue),
      fetchJson(`${folder}libraries/libraries.json`).then(parseKernels),
      stores.installed.list(),
      stores.installed.damaged(),
    ])
    this.#kernels = kernels
    this.damaged = damaged
    const models = catalogue.map((offer) => new LibraryModel(offer.id, offer.name, offer))
    for (const one of collection) {
      const known = models.find(({ id }) => id === one.manifest.id)
      const model = known ?? new LibraryModel(one.manifest.id, one.manifest.name)
      if (!known) models.push(model)
      model.installed = await this.#additions.renewed(one, known?.offer)
      model.haveBytes = (await stores.weights.status(artifactsOf(one.manifest))).haveBytes
    }
    this.models = models
    this.state = 'ready'
    await this.transfers.storage.look()
    await this.device.open()
    const kept = () => this.#artifacts()
    for (const model of this.models) {
      await renewKernels(model, kernels, { ...stores, folder, kept })
      if (!model.activity) await this.ggufKernels.addTo(model)
    }
  }

  /** Forgets an installed model whose record is damaged. Its weights become data of no model, which can be freed. */
  async forgetDamaged(id: string): Promise<void> {
    await this.#parts.stores.installed.delete(id)
    this.damaged = this.damaged.filter((one) => one !== id)
    await this.transfers.storage.look()
  }

  /** Artifacts of the built-in model and of the stored ones, which other tabs may have added, except the one with this id. */
  async #artifacts(except?: string): Promise<Artifact[]> {
    const { site, stores } = this.#parts
    const manifests = (await stores.installed.list()).map(({ manifest }) => manifest).filter(({ id }) => id !== except)
    return [await site.builtIn.manifest(), ...manifests].flatMap(artifactsOf)
  }

  async #take(installed: InstalledModel): Promise<LibraryModel> {
    const model = this.#show(installed.manifest.id, installed.manifest.name)
    await this.#parts.stores.installed.put(installed)
    this.damaged = this.damaged.filter((id) => id !== installed.manifest.id)
    model.installed = installed
    model.haveBytes = (await this.#parts.stores.weights.status(artifactsOf(installed.manifest))).haveBytes
    return model
  }

  #show(id: string, name: string): LibraryModel {
    const known = this.models.find((one) => one.id === id)
    if (known) return known
    this.models = [...this.models, new LibraryModel(id, name)]
    // The list's own object, so that changes are seen.
    return this.models.at(-1) ?? new LibraryModel(id, name)
  }
}
