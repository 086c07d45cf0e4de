import type { GreedyEngine } from '../../engine/engine'
import { PRECISIONS, type Precision } from '../../models/fit'
import { firstDifference, kernelsSha256, withGoldenKernels, type Golden } from '../../models/golden'
import { buildFor, type WebGpuBuild } from '../../models/manifest'
import type { RunPlan } from '../../models/run-plan'
import type { SettingsStore } from '../../platform/settings-store'
import { AppError, isAbort, toAppError } from '../../shared/errors'
import type { Places, WeightsStore } from '../../weights/weights'
import type { ModelSource } from './model.svelte'
import { recall, remember, type SelfTestVerdict } from './self-test-memory'

/**
 * In each precision no further prompt is started after this many ms, so that a slow device is not kept busy for minutes
 * …
 */
const BUDGET_MS = 20_000
/** … but at least this many are answered, about 150 tokens. */
const FEWEST_PROMPTS = 2

export interface SelfTestParts {
  /** An engine of its own, so that the model in use stays loaded. */
  readonly engine: GreedyEngine
  readonly weights: Pick<WeightsStore, 'ensure' | 'needing' | 'read' | 'verify'>
  readonly settings: SettingsStore
  readonly nano: Pick<ModelSource, 'manifest' | 'places'>
  /** Nano's weights and kernels in f16; a device without shader-f16 fetches none of them. */
  readonly nanoF16: Pick<ModelSource, 'manifest' | 'places'>
  readonly golden: () => Promise<Golden>
  readonly browserVersion: string
  /** In ms since 1970; a test's own clock. */
  readonly now?: () => number
}

/**
 * Nano on the kernels of the big models, on this device: in f32, and in f16 where the device has shader-f16. It runs
 * once for each adapter, version of the browser and kernels; the verdicts are remembered.
 */
export class SelfTest {
  /** The known verdicts. */
  verdicts = $state.raw<{ readonly [precision in Precision]?: SelfTestVerdict }>({})
  /** The reason why the last run has no verdict. */
  error = $state.raw<AppError>()
  /** Prompts answered, and their total, while a test runs; a slow device does not reach the total. */
  progress = $state.raw<{ readonly done: number; readonly total: number }>()
  readonly #parts: SelfTestParts
  #running: Promise<void> | undefined

  constructor(parts: SelfTestParts) {
    this.#parts = parts
  }

  /** Looks up the stored verdicts for this device. */
  async recall(): Promise<void> {
    try {
      const { adapter } = await this.#parts.engine.probe()
      for (const precision of PRECISIONS) {
        const known = recall(this.#parts.settings, precision, adapter, this.#parts.browserVersion)
        if (!known || this.verdicts[precision]) continue
        const { build } = await this.#plan(precision, await this.#parts.golden())
        if (known.kernelsSha256 === kernelsSha256(build))
          this.verdicts = { [precision]: known.verdict, ...this.verdicts }
      }
    } catch (error) {
      this.error = toAppError(error)
    }
  }

  /**
   * Runs the test in each precision that the device offers and that has no verdict yet; a second call joins a running
   * test. The result is in `verdicts`. It is in `error` if the engine or a download failed, which shows nothing about
   * the device's arithmetic. An abort leaves the present precision without a verdict.
   */
  run(signal: AbortSignal): Promise<void> {
    return (this.#running ??= this.#run(signal).finally(() => {
      this.#running = undefined
    }))
  }

  /**
   * Runs the test even if there are verdicts, because a new driver may compute differently. Without a new verdict the
   * old one stays.
   */
  async runAgain(signal: AbortSignal): Promise<void> {
    this.verdicts = {}
    await this.run(signal)
    if (signal.aborted || this.error) await this.recall()
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { engine } = this.#parts
    this.error = undefined
    try {
      const { adapter, f16 } = await engine.probe()
      const pending = PRECISIONS.filter((precision) => !this.verdicts[precision] && (precision === 'f32' || f16))
      if (pending.length === 0) return
      const golden = await this.#parts.golden()
      const total = golden.prompts.length * pending.length
      for (const [index, precision] of pending.entries()) {
        this.progress = { done: golden.prompts.length * index, total }
        const plan = await this.#plan(precision, golden)
        await this.#load(plan, this.#source(precision).places, signal)
        const result = await this.#compare(golden, this.progress, signal)
        const verdict = { ...result, adapter, browserVersion: this.#parts.browserVersion, at: this.#now() }
        this.verdicts = { ...this.verdicts, [precision]: verdict }
        remember(this.#parts.settings, precision, { kernelsSha256: kernelsSha256(plan.build), verdict })
      }
    } catch (error) {
      if (!isAbort(error)) this.error = toAppError(error, 'generation-failed')
    } finally {
      engine.unload()
      this.progress = undefined
    }
  }

  #source(precision: Precision): SelfTestParts['nano'] {
    return precision === 'f32' ? this.#parts.nano : this.#parts.nanoF16
  }

  /** Nano in one precision, with the kernels of the test. */
  async #plan(precision: Precision, golden: Golden): Promise<RunPlan & { readonly build: WebGpuBuild }> {
    const model = await this.#source(precision).manifest()
    const build = buildFor(model, 'webgpu')
    if (!build) throw new RangeError('Nano has a build for WebGPU.')
    return { model, build: precision === 'f32' ? withGoldenKernels(build, golden) : build, reason: 'chosen' }
  }

  async #load(plan: RunPlan, places: Places, signal: AbortSignal): Promise<void> {
    const { engine, weights } = this.#parts
    const options = { signal, onProgress: () => undefined }
    const { artifacts } = plan.build
    // No model names these kernels and f16 weights, so a tab that tidies up would remove them.
    const load = () =>
      weights.needing(artifacts, async () => {
        await weights.ensure(artifacts, places, options)
        await engine.load(plan, (artifact) => weights.read(artifact), options)
      })
    try {
      await load()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'artifact-damaged') throw error
      // Stored bytes were damaged: drop the damaged ones and fetch them once more.
      await weights.verify(artifacts, options)
      await load()
    }
  }

  async #compare(
    { prompts }: Golden,
    before: { readonly done: number; readonly total: number },
    signal: AbortSignal,
  ): Promise<Pick<SelfTestVerdict, 'passed' | 'prompts' | 'firstDifference'>> {
    const end = this.#now() + BUDGET_MS
    let done = 0
    for (const golden of prompts) {
      if (done >= FEWEST_PROMPTS && this.#now() > end) break
      this.progress = { done: before.done + done, total: before.total }
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
