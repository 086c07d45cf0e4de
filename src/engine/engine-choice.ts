import type { GpuProblem, RunPlan } from '../models/run-plan'
import { AppError } from '../shared/errors'
import type {
  ArtifactSource,
  EngineCapabilities,
  GenerationEvent,
  GenerationOptions,
  GenerationRequest,
  InferenceEngine,
  LoadedModel,
  LoadOptions,
  Prompt,
  PromptSize,
} from './engine'

/** The GPU problems for which the processor can step in; it cannot where a page may not even store a model. */
const REPLACEABLE: ReadonlySet<string> = new Set<GpuProblem>(['no-webgpu', 'no-adapter', 'adapter-too-small'])

/** The engine that the page has: the GPU's or the processor's, as the plan of the model that is loaded wants it. */
export class EngineChoice implements InferenceEngine {
  readonly #gpu: InferenceEngine
  readonly #processor: InferenceEngine
  readonly #computesWrongly: (adapter: string) => boolean
  #active: InferenceEngine

  /** @param computesWrongly whether the self-test has found that the adapter of this name computes wrongly */
  constructor(gpu: InferenceEngine, processor: InferenceEngine, computesWrongly: (adapter: string) => boolean) {
    this.#gpu = gpu
    this.#processor = processor
    this.#computesWrongly = computesWrongly
    this.#active = gpu
  }

  /** The engine that loaded last. */
  get kind(): InferenceEngine['kind'] {
    return this.#active.kind
  }

  async probe(): Promise<EngineCapabilities> {
    const found = await this.#probeGpu()
    if (found instanceof AppError)
      return { ...(await this.#processor.probe()), gpuProblem: found.code as GpuProblem, gpuRefusal: found }
    return this.#computesWrongly(found.adapter) ? { ...found, gpuProblem: 'wrong-results' } : found
  }

  async load(plan: RunPlan, source: ArtifactSource, options: LoadOptions): Promise<LoadedModel> {
    this.unload()
    this.#active = plan.build.engine === 'processor' ? this.#processor : this.#gpu
    return await this.#active.load(plan, source, options)
  }

  generate(request: GenerationRequest, options: GenerationOptions): AsyncIterable<GenerationEvent> {
    return this.#active.generate(request, options)
  }

  measure(prompt: Prompt, historyTokens: number): Promise<PromptSize> {
    return this.#active.measure(prompt, historyTokens)
  }

  unload(): void {
    this.#active.unload()
  }

  onLost(listener: (error: AppError) => void): () => void {
    const stops = [this.#gpu.onLost(listener), this.#processor.onLost(listener)]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** The capabilities of the GPU, or the reason why the processor takes its place. */
  async #probeGpu(): Promise<EngineCapabilities | AppError> {
    try {
      return await this.#gpu.probe()
    } catch (error) {
      if (error instanceof AppError && REPLACEABLE.has(error.code)) return error
      throw error
    }
  }
}
