import type { RunPlan } from '../models/run-plan'
import type { AppError } from '../shared/errors'
import type {
  ArtifactSource,
  GenerationEvent,
  GenerationOptions,
  GenerationRequest,
  InferenceEngine,
  LoadedModel,
  LoadOptions,
  Prompt,
  PromptPart,
  PromptSize,
  ScoringEngine,
} from './engine'
import type { HostedEngine } from './shared/engine-host'

/** The GPU's engine or the processor's, as the plan of the model that is loaded wants it. */
export class EngineChoice implements HostedEngine {
  readonly #gpu: InferenceEngine & ScoringEngine
  readonly #processor: InferenceEngine & ScoringEngine
  #active: InferenceEngine & ScoringEngine

  constructor(gpu: InferenceEngine & ScoringEngine, processor: InferenceEngine & ScoringEngine) {
    this.#gpu = gpu
    this.#processor = processor
    this.#active = gpu
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

  meanLogProbability(parts: readonly PromptPart[], options: { signal: AbortSignal }): Promise<number> {
    return this.#active.meanLogProbability(parts, options)
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
}
