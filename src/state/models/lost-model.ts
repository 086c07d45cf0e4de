import type { InstalledModels } from '../../weights/installed-models'
import type { Chat } from '../chat/chat.svelte'
import type { ModelController, ModelSource } from './model.svelte'
import type { Settings } from '../settings.svelte'

interface Parts {
  readonly settings: Settings
  readonly installed: Pick<InstalledModels, 'has'>
  readonly model: ModelController
  readonly builtIn: ModelSource
  readonly chat: Pick<Chat, 'live'>
}

/** How often it is looked whether the reply in progress has ended, in ms. */
const LOOK_MS = 250

/**
 * Lets the built-in model answer where the one with this id is chosen and not recorded any more, because another tab has
 * deleted it. A reply that is being written comes to its end first.
 */
export async function leaveLost(id: string, { settings, installed, model, builtIn, chat }: Parts): Promise<void> {
  // Where the records cannot be read, nothing is known.
  if (await installed.has(id).catch(() => true)) return
  const chosen = settings.model
  settings.forgetModel(id)
  if (chosen?.id !== id) return
  settings.lostModel = chosen.name
  while (chat.live) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  if (settings.model === undefined && model.id === id) model.use(builtIn)
}
