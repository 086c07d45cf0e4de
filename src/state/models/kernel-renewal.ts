import { withKernelsOf, type Kernels } from '../../models/kernels'
import { artifactsOf, isKernels, type Artifact, type ModelManifest } from '../../models/manifest'
import type { InstalledModels } from '../../weights/installed-models'
import type { WeightsStore } from '../../weights/weights'
import type { LibraryModel } from './library-model.svelte'
import { placesOf } from './model-places'

interface Stores {
  readonly weights: WeightsStore
  readonly installed: InstalledModels
  /** Absolute URL of the site's models folder, with a slash at its end. */
  readonly folder: string
  /** Artifacts of all stored models. */
  readonly kept: () => Promise<readonly Artifact[]>
}

const kernelsOf = (manifest: ModelManifest) => artifactsOf(manifest).filter(isKernels)

/**
 * Gives an installed model the current kernels of the site, as soon as they have been fetched. The site keeps no
 * earlier kernels, so damaged ones could never be mended. Addresses call kernels libraries. Without a network the model
 * continues with the stored ones.
 */
export async function renewKernels(
  model: LibraryModel,
  shipped: readonly Kernels[],
  { weights, installed, folder, kept }: Stores,
): Promise<void> {
  const before = model.installed
  const manifest = before && withKernelsOf(before.manifest, shipped)
  if (!manifest || before.folder !== undefined || model.activity) return
  const places = placesOf(before, [], `${folder}libraries/`, 'webgpu')
  let haveBytes: number
  try {
    const quietly = { signal: new AbortController().signal, onProgress: () => undefined }
    await weights.ensure(kernelsOf(manifest), places, quietly)
    haveBytes = (await weights.status(artifactsOf(manifest))).haveBytes
  } catch {
    return
  }
  // The model may have been deleted or changed since.
  if (model.installed !== before) return
  model.installed = { ...before, manifest }
  model.haveBytes = haveBytes
  await installed.put(model.installed)
  await weights.remove(kernelsOf(before.manifest), await kept())
}
