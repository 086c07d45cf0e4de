import type { ArtifactSource, EngineCapabilities, GpuProblem, InferenceEngine, LoadProgress } from '../engine/engine'
import type { ModelManifest } from '../models/manifest'
import { unlessAborted } from '../platform/abort'
import { AppError, isAbort, toAppError } from '../shared/errors'
import type { FetchOptions, FetchProgress, Places, WeightsStore } from '../weights/weights'

export type ModelState = 'absent' | 'loading' | 'ready' | 'error'

/** A model that the page can use, and where it comes from. */
export interface ModelSource {
  readonly id: string
  readonly name: string
  /** Whether it comes with the site and is fetched when it is first needed; nothing else is fetched without a click. */
  readonly builtIn: boolean
  manifest(): Promise<ModelManifest>
  /** Where its artifacts can be had. */
  readonly places: Places
}

/** Looks at a model that was just loaded, on the adapter of this name. */
type Check = (manifest: ModelManifest, adapter: string, signal: AbortSignal) => Promise<void>

/** The model that answers: verified, loaded when it is first needed, and exchanged for another one on request. */
export class ModelController {
  state = $state<ModelState>('absent')
  progress = $state<LoadProgress | FetchProgress>()
  error = $state.raw<AppError>()
  manifest = $state.raw<ModelManifest>()
  capabilities = $state.raw<EngineCapabilities>()
  source = $state.raw() as ModelSource
  readonly #engine: InferenceEngine
  readonly #weights: WeightsStore
  readonly #read: ArtifactSource = (artifact) => this.#weights.read(artifact)
  readonly #onReady: (manifest: ModelManifest) => void
  readonly #check: Check
  #loading: Promise<ModelManifest> | undefined
  #cancel = new AbortController()

  /**
   * @param onReady told each time a model has been loaded
   * @param check throws an AppError if the model must not be used on this device
   */
  constructor(options: {
    source: ModelSource
    engine: InferenceEngine
    weights: WeightsStore
    onReady?: (manifest: ModelManifest) => void
    check?: Check
  }) {
    this.source = options.source
    this.#engine = options.engine
    this.#weights = options.weights
    this.#onReady = options.onReady ?? (() => undefined)
    this.#check = options.check ?? (() => Promise.resolve())
    this.#engine.onLost((error) => {
      this.#fail(error)
    })
  }

  get id(): string {
    return this.source.id
  }

  get name(): string {
    return this.manifest?.name ?? this.source.name
  }

  /** Of the model that is loaded. */
  get loaded(): ModelManifest | undefined {
    return this.state === 'ready' ? this.manifest : undefined
  }

  /** Why the model runs on the processor; undefined if it does not. */
  get gpuProblem(): GpuProblem | undefined {
    const onProcessor = this.manifest ? runsOnProcessor(this.manifest) : this.source.builtIn
    return onProcessor ? this.capabilities?.gpuProblem : undefined
  }

  /** Lets go of the model, so that its memory is free, and takes another one, which is loaded when it is needed. */
  use(source: ModelSource): void {
    this.#cancel.abort()
    this.#cancel = new AbortController()
    this.#loading = undefined
    this.#engine.unload()
    this.source = source
    this.manifest = undefined
    this.error = undefined
    this.state = 'absent'
  }

  /** Finds out early whether this browser can run a model at all, so that the page can say so before anyone types. */
  async check(): Promise<void> {
    try {
      this.capabilities = await this.#engine.probe()
      // What comes with the site runs on the processor too; of another model its manifest must say so.
      if (this.capabilities.gpuProblem && !this.source.builtIn) this.#engine.needs(await this.source.manifest())
    } catch (error) {
      this.#fail(toAppError(error))
    }
  }

  /** Begins to load, because a question is being typed; a failure shows in `error`. */
  warmUp(): void {
    if (this.state !== 'absent') return
    this.ready(new AbortController().signal).catch(() => undefined)
  }

  /**
   * Resolves when the model can generate. Callers share one load; it goes on when one of them gives up.
   *
   * @throws {AppError}; the signal's reason when the caller gives up
   */
  async ready(signal: AbortSignal): Promise<ModelManifest> {
    signal.throwIfAborted()
    if (this.state === 'ready' && this.manifest) return this.manifest
    return await unlessAborted(signal, (this.#loading ??= this.#begin()))
  }

  #begin(): Promise<ModelManifest> {
    const load = this.#load().finally(() => {
      if (this.#loading === load) this.#loading = undefined
    })
    return load
  }

  async #load(): Promise<ModelManifest> {
    const { signal } = this.#cancel
    this.state = 'loading'
    this.error = undefined
    this.progress = undefined
    try {
      this.capabilities = await this.#engine.probe()
      const manifest = this.#engine.needs(await this.source.manifest())
      signal.throwIfAborted()
      this.manifest = manifest
      try {
        await this.#fetchAndLoad(manifest, signal)
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'artifact-damaged') throw error
        // Stored bytes went bad, or a fetch brought wrong ones: drop the damaged and fetch them once more.
        await this.#weights.verify(manifest.artifacts, { signal, onProgress: this.#reporter(signal) })
        await this.#fetchAndLoad(manifest, signal)
      }
      signal.throwIfAborted()
      await this.#checkLoaded(manifest, signal)
      this.state = 'ready'
      this.#onReady(manifest)
      return manifest
    } catch (error) {
      // Another model was chosen meanwhile: this load has no say any more.
      if (signal.aborted) throw signal.reason
      const failure = isAbort(error)
        ? new AppError('load-failed', 'Loading was stopped.', { retry: 'now' })
        : toAppError(error, 'load-failed')
      this.#fail(failure)
      throw failure
    } finally {
      if (!signal.aborted) this.progress = undefined
    }
  }

  async #checkLoaded(manifest: ModelManifest, signal: AbortSignal): Promise<void> {
    try {
      await this.#check(manifest, this.capabilities?.adapter ?? '', signal)
      signal.throwIfAborted()
    } catch (error) {
      if (!signal.aborted) this.#engine.unload()
      throw error
    }
  }

  async #fetchAndLoad(manifest: ModelManifest, signal: AbortSignal): Promise<void> {
    const options = { signal, onProgress: this.#reporter(signal) }
    const read = this.source.builtIn
      ? await this.#ensureBuiltIn(manifest, options)
      : await this.#requireComplete(manifest)
    await this.#engine.load(manifest, read, options)
  }

  /** The built-in model is small enough to live in memory where the browser lets the site store nothing, or no more. */
  async #ensureBuiltIn(manifest: ModelManifest, options: FetchOptions): Promise<ArtifactSource> {
    const { places } = this.source
    try {
      await this.#weights.ensure(manifest.artifacts, places, options)
      return this.#read
    } catch (error) {
      const [folder] = places.weights
      if (!(error instanceof AppError) || !error.code.startsWith('storage-') || folder === undefined) throw error
      const { fetchIntoMemory } = await import('../weights/memory-artifacts')
      return await fetchIntoMemory(manifest.artifacts, folder, options)
    }
  }

  /** @throws {AppError} `model-incomplete` */
  async #requireComplete(manifest: ModelManifest): Promise<ArtifactSource> {
    const { missing } = await this.#weights.status(manifest.artifacts)
    if (missing.length === 0) return this.#read
    const missingBytes = missing.reduce((total, { bytes }) => total + bytes, 0)
    throw new AppError('model-incomplete', `${manifest.name} is not stored completely.`, {
      retry: 'later',
      details: { model: manifest.name, missingBytes },
    })
  }

  #reporter(signal: AbortSignal): (progress: LoadProgress | FetchProgress) => void {
    return (progress) => {
      if (!signal.aborted) this.progress = progress
    }
  }

  #fail(error: AppError): void {
    this.state = 'error'
    this.error = error
  }
}

const runsOnProcessor = ({ artifacts }: ModelManifest) => artifacts.some(({ role }) => role === 'gguf')
