import type { ArtifactSource, EngineCapabilities, InferenceEngine, LoadProgress } from '../../engine/engine'
import { fallbackOf, type FallbackStep } from '../../models/fallback'
import type { Artifact, Build, ModelManifest } from '../../models/manifest'
import { runPlan, type RunPlan, type RunReason } from '../../models/run-plan'
import { unlessAborted } from '../../platform/abort'
import { AppError, isAbort, toAppError } from '../../shared/errors'
import type { FetchOptions, FetchProgress, Places, WeightsStore } from '../../weights/weights'

export type ModelState = 'absent' | 'loading' | 'ready' | 'error'

/** A model that the page can use, and its source. */
export interface ModelSource {
  readonly id: string
  readonly name: string
  /** Whether the model comes with the site and is fetched when it is first needed; all other models need a click. */
  readonly builtIn: boolean
  manifest(): Promise<ModelManifest>
  /** The places of its artifacts. */
  readonly places: Places
}

/** Checks a model that was just loaded, on the adapter of this name. */
type Check = (plan: RunPlan, adapter: string, signal: AbortSignal) => Promise<void>

/** Notices that a load has ended the page. */
interface Watch {
  during<T>(model: string, load: () => Promise<T>): Promise<T>
  hasEndedPage(model: string): Promise<boolean>
}

/** The model that answers: verified, loaded when it is first needed, and replaced by another one on request. */
export class ModelController {
  state = $state<ModelState>('absent')
  progress = $state<LoadProgress | FetchProgress>()
  error = $state.raw<AppError>()
  /** The plan of the model that is loaded, or being loaded. */
  plan = $state.raw<RunPlan>()
  capabilities = $state.raw<EngineCapabilities>()
  source = $state.raw() as ModelSource
  readonly #engine: InferenceEngine
  readonly #weights: WeightsStore
  readonly #read: ArtifactSource = (artifact) => this.#weights.read(artifact)
  readonly #onReady: (manifest: ModelManifest) => void
  readonly #check: Check
  readonly #wish: (model: string) => Build['engine'] | undefined
  readonly #watch: Watch | undefined
  #loading: Promise<RunPlan> | undefined
  #cancel = new AbortController()
  /** Callers that wait for the load. */
  #waiting = 0
  /** How the model would run on a device that does not fail. */
  #asked: RunPlan | undefined
  /** Makes a less demanding plan of it. */
  #restrict = (plan: RunPlan) => plan

  /**
   * @param onReady told each time a model has been loaded
   * @param check throws an AppError if the model must not be used on this device
   * @param wish the engine that a person has chosen for a model, by its id
   */
  constructor(options: {
    source: ModelSource
    engine: InferenceEngine
    weights: WeightsStore
    onReady?: (manifest: ModelManifest) => void
    check?: Check
    wish?: (model: string) => Build['engine'] | undefined
    watch?: Watch
  }) {
    this.source = options.source
    this.#engine = options.engine
    this.#weights = options.weights
    this.#onReady = options.onReady ?? (() => undefined)
    this.#check = options.check ?? (() => Promise.resolve())
    this.#wish = options.wish ?? (() => undefined)
    this.#watch = options.watch
    this.#engine.onLost((error) => {
      // Another tab has the engine now; the next question brings the model back.
      if (error.code === 'engine-moved') this.state = 'absent'
      else this.#fail(error)
    })
  }

  get id(): string {
    return this.source.id
  }

  get name(): string {
    return this.manifest?.name ?? this.source.name
  }

  get manifest(): ModelManifest | undefined {
    return this.plan?.model
  }

  /** The model that is loaded. */
  get loaded(): RunPlan | undefined {
    return this.state === 'ready' ? this.plan : undefined
  }

  /** The engine that the model runs on; the expected one until its manifest is known. */
  get engine(): Build['engine'] {
    if (this.plan) return this.plan.build.engine
    return this.source.builtIn && this.#expected !== undefined ? 'processor' : 'webgpu'
  }

  /** The reason why the model runs on the processor; undefined if it does not. */
  get processorReason(): RunReason | undefined {
    if (this.plan) return this.plan.build.engine === 'processor' ? this.plan.reason : undefined
    return this.source.builtIn ? this.#expected : undefined
  }

  /** The reason why the built-in model, which has builds for both engines, will run on the processor. */
  get #expected(): RunReason | undefined {
    const wish = this.#wish(this.id)
    const { gpuProblem, gpuRefusal, software } = this.capabilities ?? {}
    if (wish === 'processor' || (wish === 'webgpu' && !gpuRefusal)) return wish === 'processor' ? 'chosen' : undefined
    return gpuProblem ?? (software ? 'software' : undefined)
  }

  /** Releases the model, so that its memory is free, and takes another one, which is loaded when it is needed. */
  use(source: ModelSource): void {
    this.#release()
    this.#restrict = (plan) => plan
    this.source = source
  }

  /**
   * Runs this model in a less demanding way from the next load on, until a model is chosen again.
   *
   * @param neededTokens tokens that the context window must hold
   * @returns undefined if there is no other way
   */
  fallBack(neededTokens: number): FallbackStep | undefined {
    if (!this.plan || !this.#asked) return undefined
    const fallback = fallbackOf(this.plan, this.#asked, neededTokens)
    if (!fallback) return undefined
    this.#restrict = fallback.restrict
    this.#release()
    return fallback.step
  }

  /** Finds out early whether this browser can run a model at all, so that the page can say so before a person types. */
  async check(): Promise<void> {
    try {
      this.capabilities = await this.#engine.probe()
      // The built-in model also runs on the processor; for other models the manifest decides.
      if (this.source.builtIn) return
      runPlan(await this.source.manifest(), this.capabilities, this.#wish(this.id))
      if (await this.#watch?.hasEndedPage(this.id))
        throw new AppError('load-ended-page', `The last attempt to load ${this.name} ended the page.`, {
          retry: 'later',
          details: { model: this.name },
        })
    } catch (error) {
      this.#fail(toAppError(error))
    }
  }

  /** Starts the load, because a question is being typed; a failure shows in `error`. */
  warmUp(): void {
    if (this.state === 'absent') this.#load().catch(() => undefined)
  }

  /**
   * Resolves when the model can generate. Callers share one load. It continues when one of them gives up, and stops with
   * the last one.
   *
   * @throws {AppError}; the signal's reason when the caller gives up
   */
  async ready(signal: AbortSignal): Promise<RunPlan> {
    signal.throwIfAborted()
    if (this.state === 'ready' && this.plan) return this.plan
    const load = this.#load()
    this.#waiting += 1
    try {
      return await unlessAborted(signal, load)
    } finally {
      this.#waiting -= 1
      if (signal.aborted && this.#waiting === 0 && this.#loading === load) this.#release()
    }
  }

  /** Frees what the model takes, also in the middle of a load. */
  #release(): void {
    this.#cancel.abort()
    this.#cancel = new AbortController()
    this.#loading = undefined
    this.#engine.unload()
    this.plan = undefined
    this.error = undefined
    this.progress = undefined
    this.state = 'absent'
  }

  /** The load that is under way, or a new one. */
  #load(): Promise<RunPlan> {
    if (this.#loading) return this.#loading
    const load = this.#loadOnce().finally(() => {
      if (this.#loading === load) this.#loading = undefined
    })
    this.#loading = load
    return load
  }

  async #loadOnce(): Promise<RunPlan> {
    const { signal } = this.#cancel
    this.state = 'loading'
    this.error = undefined
    this.progress = undefined
    try {
      this.capabilities = await this.#engine.probe()
      const asked = runPlan(await this.source.manifest(), this.capabilities, this.#wish(this.id))
      signal.throwIfAborted()
      const plan = this.#restrict(asked)
      this.#asked = asked
      this.plan = plan
      try {
        await this.#fetchAndLoad(plan, signal)
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'artifact-damaged') throw error
        // Stored bytes were damaged, or a fetch brought wrong ones: drop the damaged ones and fetch them once more.
        await this.#weights.verify(plan.build.artifacts, { signal, onProgress: this.#reporter(signal) })
        await this.#fetchAndLoad(plan, signal)
      }
      signal.throwIfAborted()
      await this.#checkLoaded(plan, signal)
      this.state = 'ready'
      this.#onReady(plan.model)
      return plan
    } catch (error) {
      // Another model was chosen meanwhile, so this load changes nothing any more.
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

  async #checkLoaded(plan: RunPlan, signal: AbortSignal): Promise<void> {
    try {
      await this.#check(plan, this.capabilities?.adapter ?? '', signal)
      signal.throwIfAborted()
    } catch (error) {
      if (!signal.aborted) this.#engine.unload()
      throw error
    }
  }

  async #fetchAndLoad(plan: RunPlan, signal: AbortSignal): Promise<void> {
    const options = { signal, onProgress: this.#reporter(signal) }
    const read = this.source.builtIn
      ? await this.#ensureBuiltIn(plan.build.artifacts, options)
      : await this.#requireComplete(plan)
    const load = () => this.#engine.load(plan, read, options)
    // The built-in model is too small to end a page.
    if (this.source.builtIn || !this.#watch) await load()
    else await this.#watch.during(this.id, load)
  }

  /** The built-in model is small enough to stay in memory if the browser lets the site store nothing, or no more. */
  async #ensureBuiltIn(artifacts: readonly Artifact[], options: FetchOptions): Promise<ArtifactSource> {
    const { places } = this.source
    try {
      await this.#weights.ensure(artifacts, places, options)
      return this.#read
    } catch (error) {
      const [folder] = places.weights
      if (!(error instanceof AppError) || !error.code.startsWith('storage-') || typeof folder !== 'string') throw error
      const { fetchIntoMemory } = await import('../../weights/memory-artifacts')
      return await fetchIntoMemory(artifacts, folder, options)
    }
  }

  /** @throws {AppError} `model-incomplete` */
  async #requireComplete({ model, build }: RunPlan): Promise<ArtifactSource> {
    const { missing } = await this.#weights.status(build.artifacts)
    if (missing.length === 0) return this.#read
    const missingBytes = missing.reduce((total, { bytes }) => total + bytes, 0)
    throw new AppError('model-incomplete', `${model.name} is not stored completely.`, {
      retry: 'later',
      details: { model: model.name, missingBytes },
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
