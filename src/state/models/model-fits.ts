import { fitOf, type Fit } from '../../models/fit'
import type { Kernels } from '../../models/kernels'
import { buildFor } from '../../models/manifest'
import { variantOfInstalled, variantOfOffer, type KernelsVariant } from '../../models/variants'
import type { DeviceCheck } from './device-check.svelte'
import type { LibraryModel } from './library-model.svelte'
import type { ModelBuilds } from './model-builds'

interface Parts {
  readonly device: DeviceCheck
  readonly builds: ModelBuilds
  /** The kernels that the site ships. */
  readonly kernels: () => readonly Kernels[]
}

/** Whether this device can run a model, and with which kernels. */
export class ModelFits {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Whether this device can run a model, as far as is known; undefined if there are no facts to judge by. */
  of(model: LibraryModel): Fit | undefined {
    if (this.#parts.builds.engineFor(model) === 'processor') return this.#parts.builds.processorFit(model)
    const { device } = this.#parts.device
    const needs = this.needsOf(model)
    return device && needs && fitOf(needs, device)
  }

  /** The needs of a model's WebGPU build, as far as they are known. */
  needsOf(model: LibraryModel): KernelsVariant['needs'] | undefined {
    return this.#variantOf(model)?.needs
  }

  /**
   * The longest context that an installed model can have in all its builds, and bytes for each token of it where it runs;
   * undefined if they are not known.
   */
  contextOf(model: LibraryModel): { readonly longest: number; readonly bytesPerToken: number } | undefined {
    const kernels = this.#variantOf(model)?.kernels
    const processor = model.installed?.processorContext
    const longest = Math.min(kernels?.context ?? Infinity, processor?.longest ?? Infinity)
    const own = this.#parts.builds.engineFor(model) === 'processor' ? processor?.bytesPerToken : undefined
    // A model from an earlier version of the page has no facts of the processor's build.
    const bytesPerToken = own ?? kernels?.kvCache.bytesPerToken
    return bytesPerToken === undefined ? undefined : { longest, bytesPerToken }
  }

  /** Weights and kernels of a model on WebGPU: the installed ones, or those that suit this device best. */
  #variantOf({ installed, offer }: LibraryModel): KernelsVariant | undefined {
    if (installed && buildFor(installed.manifest, 'webgpu'))
      return variantOfInstalled(installed.manifest, this.#parts.kernels())
    return offer && variantOfOffer(offer, this.#parts.kernels(), this.#parts.device.device)
  }
}
