import type { HubAddress } from '../hub/hubs'
import { folderOf } from '../hub/folders'
import type { Build, ModelManifest } from '../models/manifest'
import type { InstalledModel } from '../weights/installed-models'
import type { Places } from '../weights/weights'

/**
 * Where a model's artifacts can be had: from its own folder, or from its repository on each of the hubs.
 *
 * @param engine for which build
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

/** The manifest with another context window, and its share for earlier turns. */
export function withContext(manifest: ModelManifest, contextWindow: number): ModelManifest {
  const share = manifest.historyTokens / manifest.contextWindow
  return { ...manifest, contextWindow, historyTokens: Math.floor(contextWindow * share) }
}
