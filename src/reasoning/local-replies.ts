import type { GenerationRequest, InferenceEngine } from '../engine/engine'
import type { ModelManifest } from '../models/manifest'
import { assemblePrompt, type Turn } from './prompt'
import type { Replies, ReplyEvent } from './replies'
import { TEMPLATES } from './templates'

/** The model that is chosen, and the way to have it loaded. */
interface ChosenModel {
  readonly id: string
  /** @throws {AppError}; the signal's reason when it is aborted */
  ready(signal: AbortSignal): Promise<ModelManifest>
}

/** Replies of the model in this page. */
export class LocalReplies implements Replies {
  readonly #model: ChosenModel
  readonly #engine: Pick<InferenceEngine, 'generate'>

  /** @param engine has the model once it is ready */
  constructor(model: ChosenModel, engine: Pick<InferenceEngine, 'generate'>) {
    this.#model = model
    this.#engine = engine
  }

  get modelId(): string {
    return this.#model.id
  }

  async *write(turns: readonly Turn[], signal: AbortSignal): AsyncIterable<ReplyEvent> {
    const manifest = await this.#model.ready(signal)
    yield { type: 'begun', opensThought: TEMPLATES[manifest.template].openThought === undefined }
    yield* this.#engine.generate(requestFor(manifest, turns), { signal })
  }
}

function requestFor(manifest: ModelManifest, turns: readonly Turn[]): GenerationRequest {
  const template = TEMPLATES[manifest.template]
  return {
    prompt: assemblePrompt(turns, template),
    historyTokens: manifest.historyTokens,
    maxNewTokens: manifest.contextWindow,
    sampling: manifest.sampling,
    stopTokens: template.stop,
  }
}
