import { repositoryUnusable } from '../shared/repository-problem'
import type { CatalogueModel } from './catalogue'
import { needsOf, pickVariant, type Device, type Variant } from './fit'
import { kernelsFor, type Kernels } from './kernels'
import { buildFor, isKernels, type ModelManifest } from './manifest'

/** A way to run a model: kernels, and the weights for it as the catalogue has them. */
export interface KernelsVariant extends Variant {
  readonly kernels: Kernels
  readonly weights?: CatalogueModel['weights'][number]
}

/**
 * The way in which an installed model runs; undefined if it does not run on WebGPU, or the site no longer ships its
 * kernels.
 */
export function variantOfInstalled(manifest: ModelManifest, shipped: readonly Kernels[]): KernelsVariant | undefined {
  const build = buildFor(manifest, 'webgpu')
  if (!build) return undefined
  const { artifacts, quantization } = build
  const own = artifacts.find(isKernels)
  const kernels = shipped.find(({ sha256 }) => sha256 === own?.sha256)
  const shards = artifacts.reduce((total, { role, bytes: size }) => total + (role === 'shard' ? size : 0), 0)
  const bytes = kernels?.weightBytes ?? shards
  return kernels && { kernels, quantization, needs: needsOf({ bytes, quantization }, kernels, manifest.contextWindow) }
}

/** The way to run a model of the catalogue that suits a device best. */
export function variantOfOffer(
  { kernels: model, weights: all, contextWindow }: CatalogueModel,
  shipped: readonly Kernels[],
  device: Device | undefined,
): KernelsVariant | undefined {
  const variants = all.flatMap((weights) =>
    shipped
      .filter((kernels) => kernels.model === model && kernels.quantization === weights.quantization)
      .map((kernels) => ({
        kernels,
        weights,
        quantization: weights.quantization,
        needs: needsOf(weights, kernels, contextWindow),
      })),
  )
  return best(variants, device)
}

/** The facts about weights outside the catalogue. */
interface Weights {
  readonly repository: string
  /** mlc-chat-config.json as it came. */
  readonly config: unknown
  readonly files: readonly { readonly bytes: number }[]
}

/** The kernels for a repository's weights that suit a device best. @throws {AppError} `repository-unusable` if there is none */
export function kernelsForWeights(
  { config, repository, files }: Weights,
  shipped: readonly Kernels[],
  device: Device | undefined,
): Kernels {
  const bytes = files.reduce((total, file) => total + file.bytes, 0)
  const variants = kernelsFor(config, shipped, repository).map((kernels) => ({
    kernels,
    quantization: kernels.quantization,
    needs: needsOf({ bytes, quantization: kernels.quantization }, kernels, kernels.context),
  }))
  const kernels = best(variants, device)?.kernels
  if (!kernels) throw repositoryUnusable(repository, 'no-kernels', repository)
  return kernels
}

/**
 * The kernels for a GGUF file that suit a device best; undefined if it cannot run any of them.
 *
 * @param fitting as `kernelsForFile` gives them
 */
export function kernelsForDevice(
  fitting: readonly Kernels[],
  contextWindow: number,
  device: Device,
): Kernels | undefined {
  const variants = fitting
    .filter(({ context }) => context >= contextWindow)
    .map((kernels) => {
      const { quantization, weightBytes: bytes = 0 } = kernels
      return { kernels, quantization, needs: needsOf({ bytes, quantization }, kernels, contextWindow) }
    })
  const picked = pickVariant(variants, device)
  return picked && picked.fit.verdict !== 'no' ? picked.variant.kernels : undefined
}

/** For an unknown device, only variants count that run on every device. */
function best(variants: readonly KernelsVariant[], device: Device | undefined): KernelsVariant | undefined {
  if (device) return pickVariant(variants, device)?.variant
  return variants.find(({ needs }) => needs.features.length === 0)
}
