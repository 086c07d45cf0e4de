import type { ModelManifest } from '../../models/manifest'
import { offerDownload, pickFile, pickFolder } from '../../platform/files'
import type { FetchOptions } from '../../weights/weights'
import type { WorkerFetcher } from '../../weights/worker-fetcher'

/**
 * Writes a model out, as one .zip or into a folder, to a place that the person chooses.
 *
 * @throws {AppError} as `exportFiles` does; an abort where nothing is chosen
 */
export async function saveModel(
  fetcher: Pick<WorkerFetcher, 'export'>,
  manifest: ModelManifest,
  as: 'file' | 'folder',
  options: FetchOptions,
): Promise<void> {
  const name = `${manifest.id}.zip`
  const target = as === 'folder' ? await pickFolder() : await pickFile(name)
  const zip = await fetcher.export(manifest, target, options)
  if (zip) offerDownload(zip, name)
}
