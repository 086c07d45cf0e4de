import type { GgufFacts } from '../../gguf/facts'
import type { GgufInspector } from '../../gguf/gguf-inspector'
import { longestContext, memoryLimit } from '../../gguf/memory'
import type { Device } from '../../models/fit'
import { kernelsForFile, type Kernels } from '../../models/kernels'
import { buildFor, type Artifact, type ModelManifest, type WebGpuBuild } from '../../models/manifest'
import { kernelsForDevice } from '../../models/variants'
import { deviceMemoryGiB } from '../../platform/browser-facts'
import type { InstalledModel, InstalledModels } from '../../weights/installed-models'
import type { WeightsStore } from '../../weights/weights'
import { factsOf } from './gguf-manifest'
import type { LibraryModel } from './library-model.svelte'

interface Parts {
  readonly weights: Pick<WeightsStore, 'ensure' | 'read' | 'status'>
  readonly installed: Pick<InstalledModels, 'put'>
  readonly inspector: Pick<GgufInspector, 'inspect'>
  /** Absolute URL of the site's models folder, with a slash at its end. */
  readonly folder: string
  /** The kernels that the site ships. */
  readonly kernels: () => readonly Kernels[]
  /** Undefined where there is no GPU, and before it is known. */
  readonly device: () => Device | undefined
}

/**
 * Why a GGUF file does not run over WebGPU: no kernels for its network, or for the mixture of types in it, or none that
 * this device can run.
 */
export type NoKernels = 'network' | 'types' | 'device'

/** Lets models that are GGUF files run over WebGPU, from the same file, where the site has kernels for it (decision 0031). */
export class GgufKernels {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Adds a build for WebGPU to a model of which only the processor's file is stored, once its kernels are. Without a
   * network the model continues as it is, and the next visit to the list tries again. The record of a model from an earlier
   * version of the page gets what it lacks.
   */
  async addTo(model: LibraryModel): Promise<void> {
    const before = model.installed
    const file = before && fileOf(before.manifest)
    if (!before || !file || buildFor(before.manifest, 'webgpu')) return
    try {
      if ((await this.#parts.weights.status([file])).missing.length > 0) return
      const known = before.kernelNeeds ? before : { ...before, ...(await this.#inspect(file)) }
      const found = known.kernelNeeds && this.#find(known.kernelNeeds, known.manifest)
      const build = typeof found === 'object' ? buildOf(file, found) : undefined
      if (!build && known === before) return
      if (build) await this.#fetch(build.artifacts)
      // The model may have been deleted or changed since.
      if (model.installed !== before) return
      const builds = [...known.manifest.builds, ...(build ? [build] : [])]
      const installed: InstalledModel = { ...known, manifest: { ...known.manifest, builds } }
      await this.#parts.installed.put(installed)
      model.installed = installed
      model.haveBytes = model.totalBytes
    } catch {
      // The processor's build is whole without it.
    }
  }

  /** Why a model runs on the processor only; undefined where it need not, or that is not known. */
  lacking({ installed }: LibraryModel): NoKernels | undefined {
    if (!installed?.kernelNeeds || !fileOf(installed.manifest) || buildFor(installed.manifest, 'webgpu'))
      return undefined
    const found = this.#find(installed.kernelNeeds, installed.manifest)
    return typeof found === 'string' ? found : undefined
  }

  #find(needs: GgufFacts['kernels'], { contextWindow }: ModelManifest): Kernels | NoKernels | undefined {
    if ('unsuited' in needs) return needs.unsuited
    const { kernels, device: facts } = this.#parts
    const fitting = kernelsForFile(needs, kernels())
    if (typeof fitting === 'string') return fitting
    const device = facts()
    return device && (kernelsForDevice(fitting, contextWindow, device) ?? 'device')
  }

  async #inspect(file: Artifact): Promise<ReturnType<typeof factsOf>> {
    const { inspector, weights } = this.#parts
    const { facts } = await inspector.inspect(await weights.read(file), new AbortController().signal, file.path)
    return factsOf(facts, longestContext(facts, memoryLimit(deviceMemoryGiB())))
  }

  async #fetch(artifacts: readonly Artifact[]): Promise<void> {
    const { weights, folder } = this.#parts
    const quietly = { signal: new AbortController().signal, onProgress: () => undefined }
    await weights.ensure(artifacts, { weights: [], kernels: [`${folder}libraries/`] }, quietly)
  }
}

const fileOf = (manifest: ModelManifest): Artifact | undefined =>
  buildFor(manifest, 'processor')?.artifacts.find(({ role }) => role === 'gguf')

function buildOf(gguf: Artifact, { file, bytes, sha256, features, limits, quantization }: Kernels): WebGpuBuild {
  return {
    engine: 'webgpu',
    quantization,
    library: { profile: 'gpu' },
    requires: { features, limits },
    artifacts: [gguf, { path: file, bytes, sha256, role: 'library' }],
  }
}
