import { OpenedLab } from '../state/lab/opened-lab.svelte'
import type { LabContext } from './build-lab'
import type { OpenVault } from './open-vault'

/**
 * The lab, which is fetched when its page is opened, or when a run of it goes on.
 *
 * @param vault encrypts its words where there is one
 */
export function openLab(context: LabContext, vault: OpenVault | undefined): OpenedLab {
  const build = async () => (await import('./build-lab')).buildLab(context, vault?.labStore())
  return new OpenedLab(build, context.settingsStore)
}
