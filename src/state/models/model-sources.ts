import type { InstalledModels } from '../../weights/installed-models'
import { artifactsOf, type Artifact, type ModelManifest } from '../../models/manifest'
import { AppError } from '../../shared/errors'
import type { ModelSource } from './model.svelte'

type FetchJson = (url: string) => Promise<unknown>

/** A model of the site, all of whose files lie in `folder` (absolute URL, slash at its end). */
export function siteFolder(folder: string, fetchJson: FetchJson): Pick<ModelSource, 'manifest' | 'places'> {
  return {
    manifest: async () => {
      // Loaded after the first paint, which needs no schema.
      const [data, { parseManifest }] = await Promise.all([
        fetchJson(new URL('manifest.json', folder).href),
        import('../../models/manifest-schema'),
      ])
      return parseManifest(data)
    },
    places: { weights: [folder], kernels: [folder] },
  }
}

/** The model that comes with the site, in `folder` (absolute URL, slash at its end). */
export function builtInSource(folder: string, fetchJson: FetchJson): ModelSource {
  return { id: 'nano', name: 'Nano', builtIn: true, ...siteFolder(folder, fetchJson) }
}

/** A model that was installed in this browser; it is loaded from the store and never fetched by itself. */
export function installedSource(id: string, name: string, installed: InstalledModels): ModelSource {
  return {
    id,
    name,
    builtIn: false,
    manifest: async () => {
      const model = await installed.get(id)
      if (model) return model.manifest
      throw new AppError('model-incomplete', `${name} is not stored in this browser.`, {
        retry: 'later',
        details: { model: name, missingBytes: 0 },
      })
    },
    places: { weights: [], kernels: [] },
  }
}

/**
 * Artifacts of all models that must stay, whatever else is deleted.
 *
 * @throws {AppError} `manifest-invalid` where the record of a model is damaged: which artifacts are its own is not known
 */
export async function keptArtifacts(builtIn: ModelManifest, installed: InstalledModels): Promise<Artifact[]> {
  const [damaged] = await installed.damaged()
  if (damaged !== undefined)
    throw new AppError('manifest-invalid', `The record of ${damaged} does not name its artifacts.`, { retry: 'never' })
  return [builtIn, ...(await installed.list()).map(({ manifest }) => manifest)].flatMap(artifactsOf)
}
