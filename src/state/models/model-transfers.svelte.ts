import { artifactsOf, type Artifact } from '../../models/manifest'
import { canWriteFolders } from '../../platform/files'
import { AppError, isAbort, toAppError } from '../../shared/errors'
import type { InstalledModels } from '../../weights/installed-models'
import type { FetchOptions, WeightsStore } from '../../weights/weights'
import type { WorkerFetcher } from '../../weights/worker-fetcher'
import type { DeviceCheck } from './device-check.svelte'
import { fetchBuild } from './fetch-build'
import type { GgufKernels } from './gguf-kernels'
import { shareDownloaded, type Activity, type LibraryModel } from './library-model.svelte'
import type { ModelBuilds } from './model-builds'
import type { ModelChoice } from './model-choice'
import type { ModelFits } from './model-fits'
import { Notifications } from '../notifications.svelte'
import { canBeCompleted, comesFromElsewhere } from './model-places'
import { saveModel } from './save-model'
import type { Settings } from '../settings.svelte'
import { SiteStorage } from '../site/site-storage.svelte'

/** Before a model of at least this size is fetched, the device is examined. */
const EXAMINE_FROM_BYTES = 256 * 1024 * 1024

/** The list of the models. */
interface Listed {
  readonly models: () => readonly LibraryModel[]
  readonly drop: (model: LibraryModel) => void
  /** The artifacts that must stay stored when the model with this id goes. */
  readonly artifactsExcept: (id: string) => Promise<Artifact[]>
}

interface Parts {
  readonly stores: {
    readonly weights: WeightsStore
    readonly installed: InstalledModels
    readonly settings: Settings
    readonly folder: string
  }
  readonly fetcher: Pick<WorkerFetcher, 'export'>
  readonly machine: { readonly device: DeviceCheck; readonly now: () => number }
  readonly how: {
    readonly builds: ModelBuilds
    readonly fits: ModelFits
    readonly kernels: Pick<GgufKernels, 'addTo'>
  }
  readonly choice: ModelChoice
  readonly list: Listed
}

/** Fetches, checks, writes out and deletes models. */
export class ModelTransfers {
  /** Whether this browser lets pages write into folders. */
  readonly canWriteFolders = canWriteFolders()
  readonly storage = new SiteStorage()
  readonly notifications = new Notifications()
  /** Told when a model has been fetched; the page chooses the texts. */
  onFetched: (model: LibraryModel) => void = () => undefined
  readonly #parts: Parts
  /** The last work on a model, which may have ended. */
  readonly #working = new WeakMap<LibraryModel, Promise<void>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The progress of all downloads together, from 0 to 1; undefined when there is none. */
  get downloaded(): number | undefined {
    return shareDownloaded(this.#parts.list.models())
  }

  /**
   * Fetches the missing artifacts of a model; bytes that arrived before stay. Only one call at a time for a model.
   *
   * @param anyway also if this device cannot run it; otherwise the device is examined before a large model is fetched
   */
  async download(model: LibraryModel, anyway = false): Promise<void> {
    if (model.activity) return
    const {
      how,
      machine: { device },
      stores,
    } = this.#parts
    const { builds, fits } = how
    const onGpu = builds.engineFor(model) === 'webgpu'
    const isNew = builds.lacking(model) !== undefined
    const cannot = onGpu
      ? device.lacksGpu && (isNew || !builds.hasProcessor(model))
      : isNew && fits.of(model)?.verdict === 'no'
    model.refused = !anyway && cannot
    if (model.refused) return
    const needs = fits.needsOf(model)
    const examine = !anyway && onGpu && isNew && needs !== undefined && needs.weightBytes >= EXAMINE_FROM_BYTES
    await this.perform(model, examine ? 'examining' : 'inspecting', async (options) => {
      if (examine) {
        await device.examine(needs, options.signal)
        model.refused = fits.of(model)?.verdict === 'no'
        if (model.refused) return
      }
      model.refused = false
      model.activity = 'inspecting'
      // It may have been deleted in another tab.
      if (model.installed) await stores.installed.put(model.installed)
      await builds.bring(model, options.signal, async (installed, build) => {
        model.activity = 'downloading'
        void this.storage.persist()
        await fetchBuild(stores, installed, build, options)
      })
      await how.kernels.addTo(model)
      model.haveBytes = model.totalBytes
      this.onFetched(model)
    })
  }

  /** Whether what is missing of a model can be fetched; otherwise somebody has to give its files again. */
  canComplete({ installed, offer, totalBytes, haveBytes }: LibraryModel): boolean {
    return !installed || offer !== undefined || canBeCompleted(installed, totalBytes - haveBytes)
  }

  /** Writes a model out, as one .zip or into a folder, to a place that the person chooses. */
  async export(model: LibraryModel, as: 'file' | 'folder'): Promise<void> {
    const { installed } = model
    if (model.activity || !installed) return
    const { fetcher, stores } = this.#parts
    await this.perform(model, 'exporting', (options) =>
      stores.weights.needing(artifactsOf(installed.manifest), () =>
        saveModel(fetcher, installed.manifest, as, options),
      ),
    )
  }

  /** Hashes all stored artifacts of a model, removes damaged ones and fetches them again. */
  async verify(model: LibraryModel): Promise<void> {
    const { installed } = model
    if (model.activity || !installed) return
    let damaged = 0
    await this.perform(model, 'verifying', async (options) => {
      damaged = (await this.#parts.stores.weights.verify(artifactsOf(installed.manifest), options)).length
      if (damaged === 0) return
      model.activity = 'downloading'
      for (const build of installed.manifest.builds) await fetchBuild(this.#parts.stores, installed, build, options)
    })
    if (!model.error) model.checked = { damaged }
  }

  /** Whether another tab fetches, checks or writes out this model at the moment. */
  async isNeededElsewhere({ installed, activity }: LibraryModel): Promise<boolean> {
    if (activity || !installed) return false
    return await this.#parts.stores.weights.isNeeded(artifactsOf(installed.manifest))
  }

  /** Deletes a model's weights, and the model itself if it is not one of the catalogue. */
  async remove(model: LibraryModel): Promise<void> {
    const {
      stores: { installed, weights, settings },
      choice,
      list,
    } = this.#parts
    const here = model.installed
    if (model.activity || !here) return
    if (choice.chosen === model.id) choice.choose(undefined)
    await this.perform(model, 'verifying', async () => {
      await weights.remove(artifactsOf(here.manifest), await list.artifactsExcept(model.id))
      await installed.delete(model.id)
      model.installed = undefined
      model.haveBytes = 0
      settings.forgetModel(model.id)
      if (!model.offer) list.drop(model)
    })
  }

  /**
   * Another tab has deleted a model, so the work on it ends here, too. Nothing is kept that arrived behind the deletion,
   * and a model whose files come from a hub or a folder can be fetched again.
   */
  async deletedElsewhere(id: string): Promise<void> {
    const { list, stores } = this.#parts
    const model = list.models().find((one) => one.id === id)
    const here = model?.installed
    if (!model || !here || (await stores.installed.has(id))) return
    const canFetch = model.offer !== undefined || comesFromElsewhere(here)
    const error = new AppError('model-deleted', `${model.name} was deleted in another tab.`, {
      retry: canFetch ? 'now' : 'never',
      details: { model: model.name },
    })
    model.stop(error)
    await this.#working.get(model)
    const found = await stores.installed.get(id).catch(() => undefined)
    model.end(error)
    model.haveBytes = 0
    if (model.offer) model.installed = undefined
    // Somebody fetches it again already.
    if (found && found.addedAt !== here.addedAt) return
    if (found) await stores.installed.delete(id)
    await stores.weights.remove(artifactsOf(here.manifest), await list.artifactsExcept(id))
    await this.storage.look()
  }

  /** Runs work on a model; its progress and its error are shown at the model. */
  async perform(
    model: LibraryModel,
    activity: Activity,
    task: (options: FetchOptions) => Promise<void>,
  ): Promise<void> {
    const signal = model.begin(activity)
    const work = this.#perform(model, signal, task)
    this.#working.set(model, work)
    await work
  }

  async #perform(
    model: LibraryModel,
    signal: AbortSignal,
    task: (options: FetchOptions) => Promise<void>,
  ): Promise<void> {
    try {
      await task({
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) model.report(progress, this.#parts.machine.now())
        },
      })
      model.end()
    } catch (error) {
      model.end(isAbort(error) ? undefined : toAppError(error))
    }
    const { installed } = model
    if (installed)
      model.haveBytes = (await this.#parts.stores.weights.status(artifactsOf(installed.manifest))).haveBytes
    await this.storage.look()
  }
}
