import type { GreedyEngine } from '../engine/engine'
import { firstDifference, withGoldenLibrary, type Golden } from '../models/golden'
import type { ModelManifest } from '../models/manifest'
import type { SettingsStore } from '../platform/settings-store'
import { AppError, isAbort, toAppError } from '../shared/errors'
import type { WeightsStore } from '../weights/weights'
import type { ModelSource } from './model.svelte'
import { recall, remember, type SelfTestVerdict } from './self-test-memory'

/** A run begins no further prompt after this many ms, so that a slow device is not kept busy for minutes … */
const BUDGET_MS = 20_000
/** … but answers at least so many, about 150 tokens. */
const FEWEST_PROMPTS = 2

export interface SelfTestParts {
  /** An engine of its own, so that the model in use stays as it is. */
  readonly engine: GreedyEngine
  readonly weights: Pick<WeightsStore, 'ensure' | 'read' | 'verify'>
  readonly settings: SettingsStore
  readonly nano: Pick<ModelSource, 'manifest' | 'places'>
  readonly golden: () => Promise<Golden>
  readonly browserVersion: string
  /** In ms since 1970; a test's own clock. */
  readonly now?: () => number
}

/**
 * Nano on the kernels of the big models, on this device. It is run once for each adapter, version of the browser and
 * library; the verdict is remembered.
 */
export class SelfTest {
  /** Undefined as long as nothing is known. */
  verdict = $state.raw<SelfTestVerdict>()
  /** Why the last run came to no verdict. */
  error = $state.raw<AppError>()
  /** Prompts answered of those there are, while a run is on; a slow device does not get through all. */
  progress = $state.raw<{ readonly done: number; readonly total: number }>()
  readonly #parts: SelfTestParts
  #running: Promise<void> | undefined

  constructor(parts: SelfTestParts) {
    this.#parts = parts
  }

  /** Looks up what is remembered of this device. */
  async recall(): Promise<void> {
    try {
      const [{ adapter }, golden] = await Promise.all([this.#parts.engine.probe(), this.#parts.golden()])
      const known = recall(this.#parts.settings, adapter, this.#parts.browserVersion)
      if (known?.librarySha256 === golden.library.sha256) this.verdict ??= known.verdict
    } catch (error) {
      this.error = toAppError(error)
    }
  }

  /**
   * Runs the test; a second call joins the run that is on. What comes of it is in `verdict`, or in `error` if the engine or
   * a download failed, which says nothing about the device's arithmetic. An abort leaves everything as it was.
   */
  run(signal: AbortSignal): Promise<void> {
    return (this.#running ??= this.#run(signal).finally(() => {
      this.#running = undefined
    }))
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { engine } = this.#parts
    this.error = undefined
    this.progress = { done: 0, total: 0 }
    try {
      const [{ adapter }, golden, model] = await Promise.all([
        engine.probe(),
        this.#parts.golden(),
        this.#parts.nano.manifest(),
      ])
      await this.#load(withGoldenLibrary(model, golden), signal)
      const result = await this.#compare(golden, signal)
      this.verdict = { ...result, adapter, browserVersion: this.#parts.browserVersion, at: this.#now() }
      remember(this.#parts.settings, { librarySha256: golden.library.sha256, verdict: this.verdict })
    } catch (error) {
      if (!isAbort(error)) this.error = toAppError(error, 'generation-failed')
    } finally {
      engine.unload()
      this.progress = undefined
    }
  }

  async #load(model: ModelManifest, signal: AbortSignal): Promise<void> {
    const { engine, weights, nano } = this.#parts
    const options = { signal, onProgress: () => undefined }
    const load = async () => {
      await weights.ensure(model, nano.places, options)
      await engine.load(model, (artifact) => weights.read(artifact), options)
    }
    try {
      await load()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'artifact-damaged') throw error
      // Stored bytes went bad: drop the damaged and fetch them once more.
      await weights.verify(model, options)
      await load()
    }
  }

  async #compare(
    { prompts }: Golden,
    signal: AbortSignal,
  ): Promise<Pick<SelfTestVerdict, 'passed' | 'prompts' | 'firstDifference'>> {
    const end = this.#now() + BUDGET_MS
    let done = 0
    for (const golden of prompts) {
      if (done >= FEWEST_PROMPTS && this.#now() > end) break
      this.progress = { done, total: prompts.length }
      const { prompt, reply } = golden
      const request = { prompt, end: reply.at(-1) ?? 0, most: reply.length }
      const difference = firstDifference(golden, await this.#parts.engine.greedy(request, { signal }))
      done += 1
      if (difference) return { passed: false, prompts: done, firstDifference: { prompt: done - 1, ...difference } }
    }
    return { passed: true, prompts: done }
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)()
  }
}
