import type { HubAddress } from '../hub/hubs'
import { folderOf } from '../hub/folders'
import type { Build } from '../models/manifest'
import type { InstalledModel } from '../weights/installed-models'
import type { Places } from '../weights/weights'

/**
 * The places of a model's artifacts: its own folder, or its repository on each of the hubs.
 *
 * @param engine the engine of the build
 */
export function placesOf(
  { manifest, folder, processorSource }: InstalledModel,
  hubs: readonly HubAddress[],
  kernels: string,
  engine: Build['engine'],
): Places {
  if (folder !== undefined) return { weights: [folder], kernels: [folder] }
  const { repository, revision } = (engine === 'processor' && processorSource) || manifest.source
  if (repository === undefined) return { weights: [], kernels: [kernels] }
  return { weights: hubs.map((hub) => folderOf(hub, repository, revision)), kernels: [kernels] }
}

/** Whether a model can be fetched again: it lies in a folder or a repository. */
export function comesFromElsewhere({ manifest, folder }: InstalledModel): boolean {
  return folder !== undefined || manifest.source.repository !== undefined
}
