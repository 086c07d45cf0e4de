import type { HubAddress } from '../hub/hubs'
import { folderOf } from '../hub/folders'
import type { Build } from '../models/manifest'
import { keepAwake } from '../platform/keep-awake'
import type { InstalledModel, InstalledModels } from '../weights/installed-models'
import type { FetchOptions, Places, WeightsStore } from '../weights/weights'
import type { Settings } from './settings.svelte'

interface Parts {
  readonly weights: WeightsStore
  readonly installed: InstalledModels
  readonly settings: Settings
  /** Absolute URL of the site's models folder, with a slash at its end. */
  readonly folder: string
}

/** Fetches what is missing of a model's build. @throws {AppError} as `Fetcher.ensure` does */
export async function fetchBuild(
  { settings, weights, installed: records, folder }: Parts,
  installed: InstalledModel,
  build: Build,
  options: FetchOptions,
): Promise<void> {
  const { builds } = installed.manifest
  const places = {
    ...placesOf(installed, settings.hubs, `${folder}libraries/`, build.engine),
    inOrder: settings.firstHub !== undefined,
  }
  // Of all builds together, so that progress never goes back where one follows another.
  const before = builds.slice(0, builds.indexOf(build)).flatMap(({ artifacts }) => artifacts)
  const bytes = before.reduce((total, artifact) => total + artifact.bytes, 0)
  const onProgress: FetchOptions['onProgress'] = ({ done, total, ...progress }) => {
    options.onProgress({ ...progress, done: done + bytes, total: total + bytes })
  }
  await keepAwake(() => weights.ensure(build.artifacts, places, { ...options, onProgress }))
  // Once more: storage may have been cleared since it was begun.
  await records.put(installed)
}

/**
 * Where a model's artifacts can be had: from its own folder, or from its repository on each of the hubs.
 *
 * @param engine for which build
 */
export function placesOf(
  { manifest, folder, processorSource }: InstalledModel,
  hubs: readonly HubAddress[],
  libraries: string,
  engine: Build['engine'],
): Places {
  if (folder !== undefined) return { weights: [folder], libraries: [folder] }
  const { repository, revision } = (engine === 'processor' && processorSource) || manifest.source
  if (repository === undefined) return { weights: [], libraries: [libraries] }
  return { weights: hubs.map((hub) => folderOf(hub, repository, revision)), libraries: [libraries] }
}
