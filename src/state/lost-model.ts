import type { InstalledModels } from '../weights/installed-models'
import type { Chat } from './chat.svelte'
import type { ModelController, ModelSource } from './model.svelte'
import type { Settings } from './settings.svelte'

interface Parts {
  readonly settings: Settings
  readonly installed: InstalledModels
  readonly model: ModelController
  readonly builtIn: ModelSource
  readonly chat: Pick<Chat, 'live'>
}

/** Takes the built-in model where the chosen one was deleted in another tab. */
export class LostModel {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Chooses the built-in model if the one with this id is chosen and not recorded any more. */
  async check(id: string): Promise<void> {
    const { settings, installed } = this.#parts
    // Where the records cannot be read, nothing is known.
    if (await installed.has(id).catch(() => true)) return
    const { model } = settings
    settings.forgetModel(id)
    if (model?.id !== id) return
    settings.lostModel = model.name
    this.leave()
  }

  /** Lets the built-in model answer, unless a reply is being written: that one comes to its end. */
  leave(): void {
    const { settings, model, builtIn, chat } = this.#parts
    if (!chat.live && settings.lostModel !== undefined && settings.model === undefined && !model.source.builtIn)
      model.use(builtIn)
  }
}
