import { withContext } from '../../models/fallback'
import type { Build } from '../../models/manifest'
import type { InstalledModels } from '../../weights/installed-models'
import type { LibraryModel } from './library-model.svelte'
import { installedSource } from './model-sources'
import type { ModelController, ModelSource } from './model.svelte'
import type { Settings } from '../settings.svelte'

interface Parts {
  readonly installed: InstalledModels
  readonly model: ModelController
  readonly settings: Settings
  readonly builtIn: ModelSource
}

/** Chooses the model that answers, and how it runs. */
export class ModelChoice {
  readonly #deps: Parts

  constructor(parts: Parts) {
    this.#deps = parts
  }

  /** The model that answers, by its id. */
  get chosen(): string {
    return this.#deps.model.id
  }

  /** Lets a model answer from now on; undefined is the built-in one. */
  choose(model: LibraryModel | undefined): void {
    const { builtIn, installed, model: controller, settings } = this.#deps
    settings.setModel(model && { id: model.id, name: model.name })
    controller.use(model ? installedSource(model.id, model.name, installed) : builtIn)
  }

  /** The engine that a person has chosen for a model; undefined leaves it to the page. */
  engineOf(id: string): Build['engine'] | undefined {
    return this.#deps.settings.engineOf(id)
  }

  /** Lets a model run on this engine, if it can; a model that answers is loaded again. */
  setEngine(id: string, engine: Build['engine'] | undefined): void {
    this.#deps.settings.setEngine(id, engine)
    if (this.chosen === id) this.#deps.model.use(this.#deps.model.source)
  }

  /** Changes how many tokens a model holds; it takes effect at the next load, which comes at once. */
  async setContext(model: LibraryModel, contextWindow: number): Promise<void> {
    if (!model.installed) return
    model.installed = { ...model.installed, manifest: withContext(model.installed.manifest, contextWindow) }
    await this.#deps.installed.put(model.installed)
    if (this.chosen === model.id) this.choose(model)
  }
}
