import { repositoryUnusable } from '../shared/repository-problem'
import type { CatalogueModel } from './catalogue'
import { needsOf, pickVariant, type Device, type Variant } from './fit'
import { librariesFor, type Library } from './libraries'
import { buildFor, type ModelManifest } from './manifest'

/** A way to run a model: a library, and the weights for it as the catalogue has them. */
export interface LibraryVariant extends Variant {
  readonly library: Library
  readonly weights?: CatalogueModel['weights'][number]
}

/** The way in which an installed model runs; undefined if it does not run on WebGPU, or the site does not ship its library any more. */
export function variantOfInstalled(manifest: ModelManifest, libraries: readonly Library[]): LibraryVariant | undefined {
  const build = buildFor(manifest, 'webgpu')
  if (!build) return undefined
  const { artifacts, quantization } = build
  const kernels = artifacts.find(({ role }) => role === 'library')
  const library = libraries.find(({ sha256 }) => sha256 === kernels?.sha256)
  const bytes = artifacts.reduce((total, { role, bytes: size }) => total + (role === 'shard' ? size : 0), 0)
  return library && { library, quantization, needs: needsOf({ bytes, quantization }, library, manifest.contextWindow) }
}

/** Of the ways to run a model of the catalogue, the one that suits a device best. */
export function variantOfOffer(
  { library: model, weights: all, contextWindow }: CatalogueModel,
  libraries: readonly Library[],
  device: Device | undefined,
): LibraryVariant | undefined {
  const variants = all.flatMap((weights) =>
    libraries
      .filter((library) => library.model === model && library.quantization === weights.quantization)
      .map((library) => ({
        library,
        weights,
        quantization: weights.quantization,
        needs: needsOf(weights, library, contextWindow),
      })),
  )
  return best(variants, device)
}

/** What is to be known of weights that are not in the catalogue. */
interface Weights {
  readonly repository: string
  /** mlc-chat-config.json as it came. */
  readonly config: unknown
  readonly files: readonly { readonly bytes: number }[]
}

/** The library for a repository's weights that suits a device best. @throws {AppError} `repository-unusable` if there is none */
export function libraryForWeights(
  { config, repository, files }: Weights,
  libraries: readonly Library[],
  device: Device | undefined,
): Library {
  const bytes = files.reduce((total, file) => total + file.bytes, 0)
  const variants = librariesFor(config, libraries, repository).map((library) => ({
    library,
    quantization: library.quantization,
    needs: needsOf({ bytes, quantization: library.quantization }, library, library.context),
  }))
  const library = best(variants, device)?.library
  if (!library) throw repositoryUnusable(repository, 'no-library', repository)
  return library
}

/** Of an unknown device nothing can be asked that not every device has. */
function best(variants: readonly LibraryVariant[], device: Device | undefined): LibraryVariant | undefined {
  if (device) return pickVariant(variants, device)?.variant
  return variants.find(({ needs }) => needs.features.length === 0)
}
