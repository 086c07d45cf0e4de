import { buildFor, type Build, type ModelManifest } from '../../models/manifest'
import type { InstalledModels } from '../../weights/installed-models'
import type { RunModel } from '../../lab/series'
import type { LabModels } from './lab-runner'
import { installedSource } from '../models/model-sources'
import type { ModelController, ModelSource } from '../models/model.svelte'
import type { Settings } from '../settings.svelte'

interface Parts {
  readonly model: ModelController
  readonly settings: Settings
  readonly installed: InstalledModels
  readonly builtIn: ModelSource
}

/** The models of this browser, for runs that take turns with them. */
export class ChosenModels implements LabModels {
  readonly #parts: Parts
  /** The model whose engine was chosen for a run. */
  #borrowed: string | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async list(): Promise<RunModel[]> {
    const { model, installed, builtIn } = this.#parts
    const manifests = [await builtIn.manifest(), ...(await installed.list()).map(({ manifest }) => manifest)]
    const chosenFirst = manifests.sort((a, b) => Number(b.id === model.id) - Number(a.id === model.id))
    return chosenFirst.flatMap((one) => this.#waysOf(one))
  }

  isChosen({ model: { id }, engine }: Parameters<LabModels['isChosen']>[0]): boolean {
    const { model, settings } = this.#parts
    if (model.id !== id) return false
    return engine === undefined ? this.#borrowed !== id : settings.engineOf(id) === engine
  }

  async choose({ model: { id, name }, engine }: Parameters<LabModels['choose']>[0]): Promise<boolean> {
    const { model, settings, installed, builtIn } = this.#parts
    const isHere = id === builtIn.id || (await installed.get(id)) !== undefined
    if (!isHere) return false
    if (this.#borrowed !== undefined) settings.borrowEngine(this.#borrowed, undefined)
    this.#borrowed = engine && id
    if (engine) settings.borrowEngine(id, engine)
    settings.setModel(id === builtIn.id ? undefined : { id, name })
    model.use(id === builtIn.id ? builtIn : installedSource(id, name, installed))
    return true
  }

  release(): void {
    const { model, settings } = this.#parts
    if (this.#borrowed === undefined) return
    settings.borrowEngine(this.#borrowed, undefined)
    if (model.id === this.#borrowed) model.use(model.source)
    this.#borrowed = undefined
  }

  /** A model as it runs in a chat, and on each engine if there is a choice. */
  #waysOf(manifest: ModelManifest): RunModel[] {
    const { id, name } = manifest
    const hasChoice =
      !this.#parts.model.capabilities?.gpuRefusal && buildFor(manifest, 'webgpu') && buildFor(manifest, 'processor')
    const engines: readonly Build['engine'][] = hasChoice ? ['webgpu', 'processor'] : []
    return [{ id, name }, ...engines.map((engine) => ({ id, name, engine }))]
  }
}
