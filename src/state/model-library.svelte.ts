import { parseCatalogue } from '../models/catalogue'
import { fitOf, type Fit } from '../models/fit'
import { parseKernels, type Kernels } from '../models/kernels'
import { artifactsOf, buildFor, type Artifact, type Build } from '../models/manifest'
import { variantOfInstalled, variantOfOffer, type KernelsVariant } from '../models/variants'
import { canWriteFolders } from '../platform/files'
import { isAbort, toAppError, type AppError } from '../shared/errors'
import type { InstalledModel } from '../weights/installed-models'
import type { FetchOptions } from '../weights/weights'
import type { DeviceCheck } from './device-check.svelte'
import { HubGguf } from './hub-gguf'
import { LibraryModel, shareDownloaded, type Activity } from './library-model.svelte'
import { renewKernels } from './kernel-renewal'
import { ModelAdditions } from './model-additions'
import { ModelBuilds } from './model-builds'
import { fetchBuild } from './fetch-build'
import { ModelImports } from './model-imports.svelte'
import type { ModelLibraryParts } from './model-library-parts'
import { withContext } from './model-places'
import { installedSource } from './model-sources'
import { Notifications } from './notifications.svelte'
import { saveModel } from './save-model'
import { SiteStorage } from './site-storage.svelte'

/** From this size on a device is examined before a model is fetched. */
const EXAMINE_FROM_BYTES = 256 * 1024 * 1024

/** The models that can be had and those that are here: fetching, checking, choosing and deleting them. `imports` takes others in. */
export class ModelLibrary {
  models = $state<LibraryModel[]>([])
  kernels = $state.raw<readonly Kernels[]>([])
  /** Whether this browser lets pages write into folders. */
  readonly canWriteFolders = canWriteFolders()
  readonly storage = new SiteStorage()
  readonly notifications = new Notifications()
  /** Told when a model has been fetched; the texts are the page's business. */
  onFetched: (model: LibraryModel) => void = () => undefined
  state = $state<'loading' | 'ready' | 'error'>('loading')
  error = $state.raw<AppError>()
  readonly device: DeviceCheck
  readonly imports: ModelImports
  /** Which build of a model this device gets. */
  readonly builds: ModelBuilds
  readonly #deps: ModelLibraryParts
  readonly #additions: ModelAdditions
  #opening: Promise<void> | undefined

  constructor(deps: ModelLibraryParts) {
    this.#deps = deps
    this.device = deps.device
    this.#additions = new ModelAdditions({
      ...deps,
      kernels: () => this.kernels,
      device: () => this.device.device,
    })
    const gguf = new HubGguf(deps)
    this.builds = new ModelBuilds({
      ...deps,
      gguf,
      additions: this.#additions,
      wish: (id) => this.engineOf(id),
      variantOf: (offer) => variantOfOffer(offer, this.kernels, this.device.device),
      record: (model, installed) => deps.installed.put(installed).then(() => void (model.installed = installed)),
      kept: () => this.#artifacts(this.models),
    })
    this.imports = new ModelImports({
      ...deps,
      gguf,
      additions: this.#additions,
      list: {
        models: () => this.models,
        show: (id, name) => this.#show(id, name),
        drop: (model) => (this.models = this.models.filter((one) => one !== model)),
        take: (installed) => this.#take(installed),
        perform: (model, activity, task) => this.#perform(model, activity, task),
      },
    })
  }

  /** The model that answers, by its id. */
  get chosen(): string {
    return this.#deps.model.id
  }

  /** How far downloads are in all, from 0 to 1; undefined when there is none. */
  get downloaded(): number | undefined {
    return shareDownloaded(this.models)
  }

  /** Reads catalogue and collection; a failure shows in `error`, and opening tries again. */
  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      this.state = 'error'
      this.error = toAppError(error)
    })
    return this.#opening
  }

  async #open(): Promise<void> {
    const { fetchJson, folder, installed } = this.#deps
    this.state = 'loading'
    const [catalogue, kernels, collection] = await Promise.all([
      fetchJson(`${folder}catalogue.json`).then(parseCatalogue),
      fetchJson(`${folder}libraries/libraries.json`).then(parseKernels),
      installed.list(),
    ])
    this.kernels = kernels
    const models = catalogue.map((offer) => new LibraryModel(offer.id, offer.name, offer))
    for (const one of collection) {
      const known = models.find(({ id }) => id === one.manifest.id)
      const model = known ?? new LibraryModel(one.manifest.id, one.manifest.name)
      if (!known) models.push(model)
      model.installed = await this.#additions.renewed(one, known?.offer)
      model.haveBytes = (await this.#deps.weights.status(artifactsOf(one.manifest))).haveBytes
    }
    this.models = models
    this.state = 'ready'
    await this.storage.look()
    await this.device.open()
    for (const model of models) await renewKernels(model, this.models, kernels, this.#deps)
  }

  /**
   * Fetches what is missing of a model; what has arrived before stays. Only one call at a time for a model.
   *
   * @param anyway also if this device cannot run it; otherwise it is examined before a large model is begun
   */
  async download(model: LibraryModel, anyway = false): Promise<void> {
    if (model.activity) return
    const onGpu = this.builds.engineFor(model) === 'webgpu'
    const isNew = this.builds.lacking(model) !== undefined
    const cannot = onGpu
      ? this.device.lacksGpu && (isNew || !this.builds.hasProcessor(model))
      : isNew && this.fitOf(model)?.verdict === 'no'
    model.refused = !anyway && cannot
    if (model.refused) return
    const needs = this.#variantOf(model)?.needs
    const examine = !anyway && onGpu && isNew && needs !== undefined && needs.weightBytes >= EXAMINE_FROM_BYTES
    await this.#perform(model, examine ? 'examining' : 'inspecting', async (options) => {
      if (examine) {
        await this.device.examine(needs, options.signal)
        model.refused = this.fitOf(model)?.verdict === 'no'
        if (model.refused) return
      }
      model.refused = false
      model.activity = 'inspecting'
      await this.builds.bring(model, options.signal, async (installed, build) => {
        model.activity = 'downloading'
        void this.storage.persist()
        await fetchBuild(this.#deps, installed, build, options)
      })
      model.haveBytes = model.totalBytes
      this.onFetched(model)
    })
  }

  /** Whether this device can run a model, as far as is known; undefined where there is nothing to judge by. */
  fitOf(model: LibraryModel): Fit | undefined {
    if (this.builds.engineFor(model) === 'processor') return this.builds.processorFit(model)
    const { device } = this.device
    const needs = this.#variantOf(model)?.needs
    return device && needs && fitOf(needs, device)
  }

  /** Writes a model out, as one .zip or into a folder, where somebody chooses. */
  async export(model: LibraryModel, as: 'file' | 'folder'): Promise<void> {
    const { installed } = model
    if (model.activity || !installed) return
    await this.#perform(model, 'exporting', async (options) => {
      await saveModel(this.#deps.fetcher, installed.manifest, as, options)
    })
  }

  /** Hashes all that is stored of a model, drops what is damaged and fetches it anew. */
  async verify(model: LibraryModel): Promise<void> {
    const { installed } = model
    if (model.activity || !installed) return
    let damaged = 0
    await this.#perform(model, 'verifying', async (options) => {
      damaged = (await this.#deps.weights.verify(artifactsOf(installed.manifest), options)).length
      if (damaged === 0) return
      model.activity = 'downloading'
      for (const build of installed.manifest.builds) await fetchBuild(this.#deps, installed, build, options)
    })
    if (!model.error) model.checked = { damaged }
  }

  /** Deletes a model's weights, and the model itself if it is not one of the catalogue. */
  async remove(model: LibraryModel): Promise<void> {
    const { installed, weights, settings } = this.#deps
    const here = model.installed
    if (model.activity || !here) return
    if (this.chosen === model.id) this.choose(undefined)
    await this.#perform(model, 'verifying', async () => {
      await weights.remove(
        artifactsOf(here.manifest),
        await this.#artifacts(this.models.filter((one) => one !== model)),
      )
      await installed.delete(model.id)
      model.installed = undefined
      model.haveBytes = 0
      settings.forgetModel(model.id)
      if (!model.offer) this.models = this.models.filter((one) => one !== model)
    })
  }

  /** Lets a model answer from now on; undefined is the built-in one. */
  choose(model: LibraryModel | undefined): void {
    const { builtIn, installed, model: controller, settings } = this.#deps
    settings.setModel(model && { id: model.id, name: model.name })
    controller.use(model ? installedSource(model.id, model.name, installed) : builtIn)
  }

  /** The engine that somebody has chosen for a model; undefined leaves it to the page. */
  engineOf(id: string): Build['engine'] | undefined {
    return this.#deps.settings.engineOf(id)
  }

  /** Lets a model run on this engine, where it can; it is loaded anew if it answers. */
  setEngine(id: string, engine: Build['engine'] | undefined): void {
    this.#deps.settings.setEngine(id, engine)
    if (this.chosen === id) this.#deps.model.use(this.#deps.model.source)
  }

  /** Changes how many tokens a model holds; it takes effect when the model is loaded the next time, which is at once. */
  async setContext(model: LibraryModel, contextWindow: number): Promise<void> {
    if (!model.installed) return
    model.installed = { ...model.installed, manifest: withContext(model.installed.manifest, contextWindow) }
    await this.#deps.installed.put(model.installed)
    if (this.chosen === model.id) this.choose(model)
  }

  /** The kernels that compute a model, if the site ships them. */
  kernelsOf(model: LibraryModel): Kernels | undefined {
    return this.#variantOf(model)?.kernels
  }

  /** Weights and kernels of a model on WebGPU: those that are installed, or those that suit this device best. */
  #variantOf({ installed, offer }: LibraryModel): KernelsVariant | undefined {
    if (installed && buildFor(installed.manifest, 'webgpu')) return variantOfInstalled(installed.manifest, this.kernels)
    return offer && variantOfOffer(offer, this.kernels, this.device.device)
  }

  /** Artifacts of these models, and of the built-in one. */
  async #artifacts(models: readonly LibraryModel[]): Promise<Artifact[]> {
    const manifests = models.flatMap(({ installed }) => installed?.manifest ?? [])
    return [await this.#deps.builtIn.manifest(), ...manifests].flatMap(artifactsOf)
  }

  async #take(installed: InstalledModel): Promise<LibraryModel> {
    const model = this.#show(installed.manifest.id, installed.manifest.name)
    await this.#deps.installed.put(installed)
    model.installed = installed
    model.haveBytes = (await this.#deps.weights.status(artifactsOf(installed.manifest))).haveBytes
    return model
  }

  #show(id: string, name: string): LibraryModel {
    const known = this.models.find((one) => one.id === id)
    if (known) return known
    this.models = [...this.models, new LibraryModel(id, name)]
    // As the list has it, so that changes are seen.
    return this.models.at(-1) ?? new LibraryModel(id, name)
  }

  async #perform(model: LibraryModel, activity: Activity, task: (options: FetchOptions) => Promise<void>) {
    const signal = model.begin(activity)
    try {
      await task({
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) model.report(progress, this.#deps.now())
        },
      })
      model.end()
    } catch (error) {
      model.end(isAbort(error) ? undefined : toAppError(error))
    }
    const { installed } = model
    if (installed) model.haveBytes = (await this.#deps.weights.status(artifactsOf(installed.manifest))).haveBytes
    await this.storage.look()
  }
}
