import type { SettingsStore } from '../platform/settings-store'
import type { Replies } from '../reasoning/replies'
import type { ModelController } from '../state/model.svelte'
import { OpenedLab } from '../state/opened-lab.svelte'
import type { OpenVault } from './open-vault'

/**
 * The lab, which is fetched when its page is opened, or when a run of it goes on.
 *
 * @param vault encrypts its words where there is one
 */
export function openLab(
  model: ModelController,
  replies: Replies,
  settings: SettingsStore,
  vault: OpenVault | undefined,
): OpenedLab {
  const build = async () => (await import('./build-lab')).buildLab(model, replies, settings, vault?.labStore())
  return new OpenedLab(build, settings)
}
