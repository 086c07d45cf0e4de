import { withLibraryOf, type Library } from '../models/libraries'
import { artifactsOf, type ModelManifest } from '../models/manifest'
import type { InstalledModels } from '../weights/installed-models'
import type { WeightsStore } from '../weights/weights'
import type { LibraryModel } from './library-model.svelte'
import { placesOf } from './model-places'

interface Stores {
  readonly weights: WeightsStore
  readonly installed: InstalledModels
  /** Absolute URL of the site's models folder, with a slash at its end. */
  readonly folder: string
}

const kernelsOf = (manifest: ModelManifest) => artifactsOf(manifest).filter(({ role }) => role === 'library')

/**
 * Gives an installed model the library that the site has now, as soon as it has been fetched: the site keeps no earlier ones, so a
 * damaged one could never be mended. Without a network the stored one goes on.
 *
 * @param all models; what they share is kept
 */
export async function renewLibrary(
  model: LibraryModel,
  all: readonly LibraryModel[],
  libraries: readonly Library[],
  { weights, installed, folder }: Stores,
): Promise<void> {
  const before = model.installed
  const manifest = before && withLibraryOf(before.manifest, libraries)
  if (!manifest || before.folder !== undefined || model.activity) return
  const places = placesOf(before, [], `${folder}libraries/`, 'webgpu')
  try {
    const quietly = { signal: new AbortController().signal, onProgress: () => undefined }
    await weights.ensure(kernelsOf(manifest), places, quietly)
  } catch {
    return
  }
  // It may have been deleted or changed since.
  if (model.installed !== before) return
  model.installed = { ...before, manifest }
  await installed.put(model.installed)
  const others = all.flatMap((one) => (one.installed ? artifactsOf(one.installed.manifest) : []))
  await weights.remove(kernelsOf(before.manifest), others)
}
