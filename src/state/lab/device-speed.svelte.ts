import type { GenerationRequest, InferenceEngine, Usage } from '../../engine/engine'
import type { LabStore } from '../../lab/lab-store'
import { lengthsFor, type Speed, type SpeedPoint } from '../../lab/speed'
import type { RunPlan } from '../../models/run-plan'
import { browserVersion } from '../../platform/browser-facts'
import { measureBandwidth } from '../../platform/gpu-measure'
import { measureMemory } from '../../platform/memory-rate'
import { isAbort, toAppError, type AppError } from '../../shared/errors'
import type { ModelController } from '../models/model.svelte'

/** Tokens that are decoded behind each prompt. */
const DECODED = 33
/** A text whose tokens are counted, to know how many a letter has. */
const SAMPLE = 'The quick brown fox counts 12, 345 and 6789 stars over the lazy river. '
const SAMPLES = 8

interface Parts {
  readonly model: ModelController
  readonly engine: Pick<InferenceEngine, 'generate' | 'measure'>
  readonly store: LabStore
  readonly now: () => number
}

/** Measures how fast the chosen model is on this device, and keeps what was measured. */
export class DeviceSpeed {
  /** The newest first. */
  list = $state.raw<readonly Speed[]>([])
  /** What is being measured. */
  doing = $state<'load' | 'bandwidth' | { readonly tokens: number }>()
  error = $state.raw<AppError>()
  readonly #parts: Parts
  #cancel = new AbortController()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The name of the model that is measured. */
  get model(): string {
    return this.#parts.model.name
  }

  async open(): Promise<void> {
    await this.#attempt(async () => {
      this.list = await this.#parts.store.speeds()
    })
  }

  /** Loads the model anew, and measures it; takes from seconds to some minutes. Never rejects. */
  async measure(): Promise<void> {
    if (this.doing) return
    this.#cancel = new AbortController()
    const { signal } = this.#cancel
    await this.#attempt(async () => {
      const speed = await this.#measure(signal)
      await this.#parts.store.putSpeed(speed)
      this.list = [speed, ...this.list]
    })
    this.doing = undefined
  }

  stop(): void {
    this.#cancel.abort()
  }

  async remove(id: string): Promise<void> {
    await this.#attempt(async () => {
      await this.#parts.store.removeSpeed(id)
      this.list = this.list.filter((one) => one.id !== id)
    })
  }

  async #measure(signal: AbortSignal): Promise<Speed> {
    const { model, now } = this.#parts
    this.doing = 'load'
    const { plan, load } = await this.#load(signal)
    const { engine, artifacts } = plan.build
    this.doing = 'bandwidth'
    const measured = engine === 'webgpu' ? measureBandwidth(signal) : measureMemory(signal)
    const bandwidth = await measured.catch((error: unknown) => {
      if (isAbort(error)) throw error
      return undefined
    })
    const points: SpeedPoint[] = []
    for (const tokens of lengthsFor(plan.model.contextWindow, DECODED)) {
      this.doing = { tokens }
      points.push(await this.#point(tokens, signal))
    }
    const weights = artifacts.filter(({ role }) => role === 'gguf' || role === 'shard')
    return {
      id: crypto.randomUUID(),
      at: now(),
      model: { id: model.id, name: model.name },
      engine,
      adapter: engine === 'webgpu' ? (model.capabilities?.adapter ?? '') : '',
      browser: browserVersion(),
      weightBytes: weights.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(bandwidth !== undefined && { bandwidth }),
      load,
      points,
    }
  }

  /** Loads the model anew, and times the phases that the engine tells of. */
  async #load(signal: AbortSignal): Promise<{ plan: RunPlan; load: Speed['load'] }> {
    const { model } = this.#parts
    const load: Speed['load'][number][] = []
    let phase: Speed['load'][number]['phase'] = 'read'
    let since = performance.now()
    const change = (next: typeof phase) => {
      load.push({ phase, ms: performance.now() - since })
      phase = next
      since = performance.now()
    }
    model.use(model.source)
    const unwatch = $effect.root(() => {
      $effect(() => {
        const { progress } = model
        if (progress && 'phase' in progress && (progress.phase === 'upload' || progress.phase === 'compile')) {
          if (progress.phase !== phase) change(progress.phase)
        }
      })
    })
    try {
      const plan = await model.ready(signal)
      change('engine')
      return { plan, load }
    } finally {
      unwatch()
    }
  }

  async #point(tokens: number, signal: AbortSignal): Promise<SpeedPoint> {
    const { engine } = this.#parts
    const text = SAMPLE.repeat(SAMPLES)
    const { promptTokens } = await engine.measure(promptOf(text), 0)
    // Another beginning each time, so that nothing is in the KV cache.
    const begin = `${String(tokens)}. `
    const letters = Math.max(1, Math.floor((tokens * text.length) / promptTokens) - begin.length)
    const long = SAMPLE.repeat(Math.ceil(letters / SAMPLE.length)).slice(0, letters)
    const usage = await this.#generate(promptOf(begin + long), signal)
    const decodedTokens = Math.max(1, usage.newTokens - 1)
    const { commands } = usage
    return {
      promptTokens: usage.prefilledTokens,
      prefillMs: usage.prefillMs,
      decodedTokens,
      decodeMs: usage.decodeMs,
      ...(commands && {
        dispatches: commands.dispatches / decodedTokens,
        submits: commands.submits / decodedTokens,
        waits: commands.waits / decodedTokens,
      }),
    }
  }

  async #generate(prompt: GenerationRequest['prompt'], signal: AbortSignal): Promise<Usage> {
    const request: GenerationRequest = {
      prompt,
      historyTokens: 0,
      maxNewTokens: DECODED,
      sampling: { temperature: 0, topP: 1 },
      // Nothing ends it early.
      stopTokens: [],
    }
    for await (const event of this.#parts.engine.generate(request, { signal })) {
      signal.throwIfAborted()
      if (event.type === 'done') return event.usage
    }
    throw signal.reason
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    this.error = undefined
    try {
      await action()
    } catch (error) {
      if (!isAbort(error)) this.error = toAppError(error)
    }
  }
}

const promptOf = (text: string): GenerationRequest['prompt'] => ({
  head: [],
  history: [],
  last: [{ kind: 'text', text }],
})
