import type { SettingsStore } from '../platform/settings-store'
import type { Replies } from '../reasoning/replies'
import type { ModelController } from '../state/model.svelte'
import { OpenedLab } from '../state/opened-lab.svelte'

/** The lab, which is fetched when its page is opened, or when a run of it goes on. */
export function openLab(model: ModelController, replies: Replies, settings: SettingsStore): OpenedLab {
  return new OpenedLab(async () => (await import('./build-lab')).buildLab(model, replies, settings), settings)
}
