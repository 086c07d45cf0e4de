import { fitOf, type Fit } from '../models/fit'
import type { Kernels } from '../models/kernels'
import { buildFor } from '../models/manifest'
import { variantOfInstalled, variantOfOffer, type KernelsVariant } from '../models/variants'
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

  /** The kernels that compute a model, if the site ships them. */
  kernelsOf(model: LibraryModel): Kernels | undefined {
    return this.#variantOf(model)?.kernels
  }

  /** Weights and kernels of a model on WebGPU: the installed ones, or those that suit this device best. */
  #variantOf({ installed, offer }: LibraryModel): KernelsVariant | undefined {
    if (installed && buildFor(installed.manifest, 'webgpu'))
      return variantOfInstalled(installed.manifest, this.#parts.kernels())
    return offer && variantOfOffer(offer, this.#parts.kernels(), this.#parts.device.device)
  }
}
