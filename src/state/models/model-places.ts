import { hubUrl, type HubAddress } from '../../hub/hubs'
import { artifactsOf, type Build } from '../../models/manifest'
import type { InstalledModel } from '../../weights/installed-models'
import type { Places } from '../../weights/weights'

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
  if (folder !== undefined) {
    // Earlier versions have kept it as it was typed.
    const places = [hubUrl(folder) ?? folder]
    return { weights: places, kernels: places }
  }
  const { repository, revision } = (engine === 'processor' && processorSource) || manifest.source
  if (repository === undefined) return { weights: [], kernels: [kernels] }
  return { weights: hubs.map((hub) => ({ hub, repository, revision })), kernels: [kernels] }
}

/** Whether a model can be fetched again: it lies in a folder or a repository. */
export function comesFromElsewhere({ manifest, folder }: InstalledModel): boolean {
  return folder !== undefined || manifest.source.repository !== undefined
}

/** Whether so many missing bytes of a model can be fetched. The site itself has kernels for a model that came as files. */
export function canBeCompleted(installed: InstalledModel, missingBytes: number): boolean {
  if (comesFromElsewhere(installed)) return true
  const kernels = artifactsOf(installed.manifest).filter(({ role }) => role === 'library')
  return missingBytes <= kernels.reduce((total, { bytes }) => total + bytes, 0)
}
