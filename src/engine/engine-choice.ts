import type { ModelManifest } from '../models/manifest'
import { AppError } from '../shared/errors'
import type {
  ArtifactSource,
  EngineCapabilities,
  GenerationEvent,
  GenerationOptions,
  GenerationRequest,
  GpuProblem,
  InferenceEngine,
  LoadedModel,
  LoadOptions,
  Prompt,
  PromptSize,
} from './engine'

/** The problems of a GPU on which the processor can step in; where pages may not even store a model, it cannot. */
const REPLACEABLE: ReadonlySet<string> = new Set<GpuProblem>(['no-webgpu', 'no-adapter', 'adapter-too-small'])

/** The GPU where there is one that computes right, else the processor, for models that it can run. */
export class EngineChoice implements InferenceEngine {
  readonly #gpu: InferenceEngine
  readonly #processor: InferenceEngine
  readonly #computesWrongly: (adapter: string) => boolean
  #active: InferenceEngine
  #problem: GpuProblem | undefined
  /** Why no model can run on a GPU. */
  #refusal: AppError | undefined

  /** @param computesWrongly whether the self-test has found that of the adapter of this name */
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
    this.#refusal = found instanceof AppError ? found : undefined
    if (found instanceof AppError) this.#problem = found.code as GpuProblem
    else this.#problem = this.#computesWrongly(found.adapter) ? 'wrong-results' : undefined
    const capabilities = found instanceof AppError ? await this.#processor.probe() : found
    return this.#problem ? { ...capabilities, gpuProblem: this.#problem } : capabilities
  }

  /** Of a model that the processor is to run, its GGUF file and tokenizer; of any other one what WebGPU needs. */
  needs(model: ModelManifest): ModelManifest {
    if (!this.#problem) return model
    if (model.gguf) {
      const tokenizer = model.artifacts.filter(({ role }) => role === 'tokenizer')
      return { ...model, artifacts: [...tokenizer, model.gguf] }
    }
    if (this.#refusal) throw this.#refusal
    return model
  }

  async load(model: ModelManifest, source: ArtifactSource, options: LoadOptions): Promise<LoadedModel> {
    this.unload()
    this.#active = model.artifacts.some(({ role }) => role === 'gguf') ? this.#processor : this.#gpu
    return await this.#active.load(model, source, options)
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

  /** What the GPU can do, or why the processor has to take its place. */
  async #probeGpu(): Promise<EngineCapabilities | AppError> {
    try {
      return await this.#gpu.probe()
    } catch (error) {
      if (error instanceof AppError && REPLACEABLE.has(error.code)) return error
      throw error
    }
  }
}
