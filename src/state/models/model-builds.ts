import { memoryLimit, usualNeed } from '../../gguf/memory'
import { requireTemplate } from '../../hub/hub-model'
import type { CatalogueModel } from '../../models/catalogue'
import { artifactsOf, buildFor, type Artifact, type Build, type ModelManifest } from '../../models/manifest'
import type { Fit } from '../../models/fit'
import { processorFit } from '../../models/processor-fit'
import type { KernelsVariant } from '../../models/variants'
import { deviceMemoryGiB } from '../../platform/browser-facts'
import { AppError, toAppError } from '../../shared/errors'
import type { InstalledModel } from '../../weights/installed-models'
import type { WeightsStore } from '../../weights/weights'
import type { DeviceCheck } from './device-check.svelte'
import type { HubGguf } from './hub-gguf'
import type { LibraryModel } from './library-model.svelte'
import type { ModelAdditions } from './model-additions'

type Engine = Build['engine']
type Gguf = NonNullable<CatalogueModel['gguf']>[number]
type Alternative = Gguf['alternatives'][number]

interface Parts {
  readonly device: Pick<DeviceCheck, 'prefersProcessor'>
  readonly additions: Pick<ModelAdditions, 'fromCatalogue'>
  readonly gguf: Pick<HubGguf, 'contents' | 'record'>
  /** Threads that llama.cpp gets, and bytes of weights a second, if they were measured. */
  readonly processor: () => { readonly threads: number; readonly bytesPerSecond: number | undefined }
  /** The engine that a person has chosen for a model. */
  readonly wish: (id: string) => Engine | undefined
  /** Weights for WebGPU that suit this device. */
  readonly variantOf: (offer: CatalogueModel) => KernelsVariant | undefined
  /** Records the facts about a model before any byte of it is fetched. */
  readonly record: (model: LibraryModel, installed: InstalledModel) => Promise<void>
  readonly weights: Pick<WeightsStore, 'remove'>
  /** Artifacts of all recorded models. */
  readonly kept: () => Promise<readonly Artifact[]>
}

/** After these errors another publisher's file is tried; all other errors would come again. */
const TRY_NEXT: readonly string[] = [
  'artifact-damaged',
  'artifact-missing',
  'gguf-unusable',
  'repository-missing',
  'repository-unusable',
] satisfies AppError['code'][]

/** Chooses the build of a catalogue's model for a device, and adds it to the model's manifest, which may have both. */
export class ModelBuilds {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The engine whose build a model gets here: the chosen one, or the one that suits this device. */
  engineFor(model: LibraryModel): Engine {
    if (!this.hasProcessor(model)) return 'webgpu'
    if (!model.offer && !(model.installed && buildFor(model.installed.manifest, 'webgpu'))) return 'processor'
    const usual = this.#parts.device.prefersProcessor ? 'processor' : 'webgpu'
    return this.#parts.wish(model.id) ?? usual
  }

  /** Whether a model runs on the processor, or will once that build is fetched. */
  hasProcessor(model: LibraryModel): boolean {
    const { installed } = model
    return (installed && buildFor(installed.manifest, 'processor')) !== undefined || this.#offered(model) !== undefined
  }

  /** The engine whose build is wanted here and is not installed, with the approximate bytes of that build. */
  lacking(model: LibraryModel): { readonly engine: Engine; readonly bytes: number } | undefined {
    const { offer, installed } = model
    if (!offer) return undefined
    const engine = this.engineFor(model)
    if (installed?.manifest.builds.some((build) => build.engine === engine)) return undefined
    const build = engine === 'processor' ? this.#offered(model) : this.#weightsOf(offer)
    return { engine, bytes: build?.bytes ?? 0 }
  }

  /** Whether the processor runs the build that a model has, or would get. Undefined if there is none. */
  processorFit(model: LibraryModel): Fit | undefined {
    const gguf = model.installed && buildFor(model.installed.manifest, 'processor')
    const bytes = gguf?.artifacts.find(({ role }) => role === 'gguf')?.bytes ?? model.offer?.gguf?.at(-1)?.bytes
    if (bytes === undefined) return undefined
    const offered = gguf ? bytes : (this.#offered(model)?.bytes ?? bytes)
    const { threads, bytesPerSecond } = this.#parts.processor()
    const facts = { memoryLimit: memoryLimit(deviceMemoryGiB()), threads, bytesPerSecond }
    return processorFit(usualNeed(offered), offered, facts)
  }

  /** Approximate bytes that are still to be fetched for a model to run here. */
  bytesToGet(model: LibraryModel): number {
    return (this.lacking(model)?.bytes ?? 0) + (model.installed ? model.totalBytes - model.haveBytes : 0)
  }

  /**
   * Records the wanted build if it is not installed, and has each build fetched. A file for the processor comes from
   * the first publisher that has it according to its hub.
   *
   * @param fetch brings the missing artifacts of one build
   * @throws {AppError} what the last attempt failed with
   */
  async bring(
    model: LibraryModel,
    signal: AbortSignal,
    fetch: (installed: InstalledModel, build: Build) => Promise<void>,
  ): Promise<void> {
    const lacking = this.lacking(model)?.engine
    if (lacking === 'webgpu') await this.#addGpu(model, signal)
    const gpu = () => model.installed && buildFor(model.installed.manifest, 'webgpu')
    const own = gpu()
    if (model.installed && own && !isOfGguf(own)) await fetch(model.installed, own)
    await this.#bringProcessor(model, lacking === 'processor', signal, fetch)
    // One file for both engines has come from a publisher by now; its kernels come from the site.
    const shared = gpu()
    if (model.installed && shared && isOfGguf(shared)) await fetch(model.installed, shared)
  }

  async #bringProcessor(
    model: LibraryModel,
    isWanted: boolean,
    signal: AbortSignal,
    fetch: (installed: InstalledModel, build: Build) => Promise<void>,
  ): Promise<void> {
    let failure: AppError | undefined
    for (const alternative of this.#attempts(model, isWanted))
      try {
        if (alternative) await this.#addProcessor(model, alternative, signal)
        const { installed } = model
        const build = installed && buildFor(installed.manifest, 'processor')
        if (build) await fetch(installed, build)
        return
      } catch (error) {
        signal.throwIfAborted()
        failure = toAppError(error)
        if (!TRY_NEXT.includes(failure.code)) throw failure
      }
    if (failure) throw failure
  }

  /** Places of the processor's build, in the order of trying; undefined is the recorded one. */
  #attempts(model: LibraryModel, isWanted: boolean): (Alternative | undefined)[] {
    const alternatives = this.#offered(model)?.alternatives ?? []
    if (isWanted) return [...alternatives]
    const { installed } = model
    if (!installed || !buildFor(installed.manifest, 'processor')) return []
    const { repository } = installed.processorSource ?? installed.manifest.source
    // A model with a folder of its own has come from there.
    const others = installed.folder === undefined && repository !== undefined ? alternatives : []
    return [undefined, ...others.filter((one) => one.repository !== repository)]
  }

  async #addGpu(model: LibraryModel, signal: AbortSignal): Promise<void> {
    const { offer, installed: before } = model
    const weights = offer && this.#weightsOf(offer)
    if (!weights) throw new AppError('model-incomplete', `${model.id} is not in the catalogue.`, { retry: 'never' })
    await this.#parts.record(model, united(await this.#parts.additions.fromCatalogue(offer, weights, signal), before))
  }

  /** @throws {AppError} as `HubGguf.record` does, and `repository-unusable` where it lacks the template's tokens */
  async #addProcessor(model: LibraryModel, { repository, file }: Alternative, signal: AbortSignal): Promise<void> {
    const { gguf, record, weights, kept } = this.#parts
    const { offer, installed: before } = model
    if (!offer) return
    const found = await gguf.record(await gguf.contents(repository, 'main', signal), file, signal)
    const build = buildFor(found.manifest, 'processor')
    const { id, name, parameters, licence, template, sampling } = offer
    requireTemplate(repository, template, build?.addedTokens ?? [])
    const contextWindow = Math.min(offer.contextWindow, found.manifest.contextWindow)
    const historyTokens = Math.floor((found.manifest.historyTokens / found.manifest.contextWindow) * contextWindow)
    const facts = { id, name, parameters, licence, template, sampling, contextWindow, historyTokens }
    const check = offer.check && { check: offer.check }
    await record(model, united(before, { ...found, ...check, manifest: { ...found.manifest, ...facts } }))
    // Removes the rest of an earlier publisher's file.
    if (before) await weights.remove(artifactsOf(before.manifest), await kept())
  }

  #weightsOf(offer: CatalogueModel): CatalogueModel['weights'][number] | undefined {
    return this.#parts.variantOf(offer)?.weights ?? offer.weights[0]
  }

  /** The catalogue's file for the processor: the best that fits into this device's memory. */
  #offered({ offer }: LibraryModel): Gguf | undefined {
    const limit = memoryLimit(deviceMemoryGiB())
    return offer?.gguf?.find(({ bytes }) => usualNeed(bytes) <= limit)
  }
}

/** Whether a build for WebGPU reads a GGUF file, as the processor's does. */
const isOfGguf = ({ artifacts }: Build): boolean => artifacts.some(({ role }) => role === 'gguf')

/**
 * One record with both builds; the WebGPU one names the source. Of two builds for the processor the later is kept.
 *
 * @param processor the record with a build for the processor, if there is one
 */
function united(gpu: InstalledModel | undefined, processor: InstalledModel | undefined): InstalledModel {
  const build = processor && buildFor(processor.manifest, 'processor')
  const kernels = gpu && buildFor(gpu.manifest, 'webgpu')
  // One that reads the processor's file goes with that file.
  if (!gpu || !kernels || (processor && isOfGguf(kernels))) {
    if (processor) return processor
    throw new RangeError('A model has at least one build.')
  }
  if (!processor || !build) return gpu
  const [least = gpu.manifest] = [gpu.manifest, processor.manifest].sort((a, b) => a.contextWindow - b.contextWindow)
  const { contextWindow, historyTokens } = least
  const manifest: ModelManifest = { ...gpu.manifest, contextWindow, historyTokens, builds: [kernels, build] }
  const { processorContext, processorSource = processor.manifest.source } = processor
  return { ...gpu, manifest, processorSource, ...(processorContext && { processorContext }) }
}
