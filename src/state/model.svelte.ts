import type { EngineCapabilities, InferenceEngine, LoadProgress } from '../engine/engine'
import { parseManifest, type ModelManifest } from '../models/manifest'
import { AppError, isAbort, toAppError } from '../shared/errors'
import type { FetchProgress, WeightsStore } from '../weights/weights'

export type ModelState = 'absent' | 'loading' | 'ready' | 'error'

/** Gets the manifest of the model in `folder` (absolute URL, slash at its end). */
export type ManifestSource = (folder: string) => Promise<unknown>

/** The one model that the page uses: fetched, verified, stored and loaded when it is first needed. */
export class ModelController {
  readonly id: string
  state = $state<ModelState>('absent')
  progress = $state<LoadProgress | FetchProgress>()
  error = $state.raw<AppError>()
  manifest = $state.raw<ModelManifest>()
  capabilities = $state.raw<EngineCapabilities>()
  readonly #engine: InferenceEngine
  readonly #weights: WeightsStore
  readonly #folder: string
  readonly #source: ManifestSource
  #loading: Promise<ModelManifest> | undefined

  constructor(options: {
    id: string
    folder: string
    engine: InferenceEngine
    weights: WeightsStore
    manifestSource: ManifestSource
  }) {
    this.id = options.id
    this.#folder = options.folder
    this.#engine = options.engine
    this.#weights = options.weights
    this.#source = options.manifestSource
    this.#engine.onLost((error) => {
      this.#fail(error)
    })
  }

  /** Finds out early whether this browser can run a model at all, so that the page can say so before anyone types. */
  async check(): Promise<void> {
    try {
      this.capabilities = await this.#engine.probe()
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
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined))
    const load = this.#loading
    return await new Promise<ModelManifest>((resolve, reject) => {
      const giveUp = () => {
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      load.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', giveUp)
      })
    })
  }

  async #load(): Promise<ModelManifest> {
    this.state = 'loading'
    this.error = undefined
    this.progress = undefined
    try {
      this.capabilities = await this.#engine.probe()
      const manifest = parseManifest(await this.#source(this.#folder))
      this.manifest = manifest
      try {
        await this.#fetchAndLoad(manifest)
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'artifact-damaged') throw error
        // Stored bytes went bad, or a fetch brought wrong ones: drop the damaged and fetch them once more.
        await this.#weights.verify(manifest)
        await this.#fetchAndLoad(manifest)
      }
      this.state = 'ready'
      // An older version of the model takes room for nothing. The page has no other models yet (issue 7).
      this.#weights.removeOthers([manifest]).catch(() => undefined)
      return manifest
    } catch (error) {
      const failure = isAbort(error)
        ? new AppError('load-failed', 'Loading was stopped.', { retry: 'now' })
        : toAppError(error, 'load-failed')
      this.#fail(failure)
      throw failure
    } finally {
      this.progress = undefined
    }
  }

  async #fetchAndLoad(manifest: ModelManifest): Promise<void> {
    const { signal } = new AbortController()
    const onProgress = (progress: LoadProgress | FetchProgress) => {
      this.progress = progress
    }
    await this.#weights.ensure(manifest, this.#folder, { signal, onProgress })
    await this.#engine.load(manifest, (artifact) => this.#weights.read(artifact), { signal, onProgress })
  }

  #fail(error: AppError): void {
    this.state = 'error'
    this.error = error
  }
}
