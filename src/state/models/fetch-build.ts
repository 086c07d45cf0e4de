import type { Artifact, Build } from '../../models/manifest'
import { keepAwake } from '../../platform/keep-awake'
import { AppError } from '../../shared/errors'
import type { InstalledModel, InstalledModels } from '../../weights/installed-models'
import type { FetchOptions, WeightsStore } from '../../weights/weights'
import { placesOf } from './model-places'
import type { Settings } from '../settings.svelte'

interface Parts {
  readonly weights: WeightsStore
  readonly installed: InstalledModels
  readonly settings: Settings
  /** Absolute URL of the site's models folder, with a slash at its end. */
  readonly folder: string
}

/**
 * Fetches the missing artifacts of a model's build.
 *
 * @throws {AppError} as `Fetcher.ensure` does; `import-incomplete` for weights that came as files
 */
export async function fetchBuild(
  { settings, weights, installed: records, folder }: Parts,
  installed: InstalledModel,
  build: Build,
  options: FetchOptions,
): Promise<void> {
  const { builds, name } = installed.manifest
  const places = {
    ...placesOf(installed, settings.hubs, `${folder}libraries/`, build.engine),
    inOrder: settings.firstHub !== undefined,
  }
  if (places.weights.length === 0) await requireWeights(weights, name, build)
  // Of all builds together, so that progress never goes back between two builds.
  const isShared = ({ sha256 }: Artifact) => build.artifacts.some((artifact) => artifact.sha256 === sha256)
  const before = builds
    .slice(0, builds.indexOf(build))
    .flatMap(({ artifacts }) => artifacts.filter((artifact) => !isShared(artifact)))
  const bytes = before.reduce((total, artifact) => total + artifact.bytes, 0)
  const onProgress: FetchOptions['onProgress'] = ({ done, total, ...progress }) => {
    options.onProgress({ ...progress, done: done + bytes, total: total + bytes })
  }
  await keepAwake(() => weights.ensure(build.artifacts, places, { ...options, onProgress }))
  // Once more: storage may have been cleared since the beginning.
  await records.put(installed)
}

/** Weights without a place to fetch them from must be there; kernels come from the site. @throws {AppError} `import-incomplete` */
async function requireWeights(weights: WeightsStore, name: string, { artifacts }: Build): Promise<void> {
  const { missing } = await weights.status(artifacts)
  if (missing.every(({ role }) => role === 'library')) return
  throw new AppError('import-incomplete', `${name} came as files, and a part of it is missing.`, {
    retry: 'never',
    details: { model: name },
  })
}
