import type { GenerationEvent, GenerationRequest, Usage } from './engine'
import { decode } from './decode'
import { Detokenizer } from './detokenizer'
import { fitPrompt, type PromptEncoder } from './prompt-tokens'
import { firstOf, limitTo, stopBefore, stopWhen } from './step-policy'
import type { TokenSequence } from './token-sequence'

/** Deltas are collected at least this long before they are sent, in ms: a frame of a 60 Hz screen. */
const BATCH_MS = 16

export interface GenerationModel {
  readonly sequence: TokenSequence
  readonly encoder: PromptEncoder
  readonly contextWindow: number
  decode(ids: Int32Array): string
  /** The log-probability of each token but the first; not every engine can tell. */
  readonly score?: (ids: readonly number[]) => Promise<number[]>
}

/**
 * Prefills what is new and samples until a stop token, the token limit, the end of the context window, or a stop request.
 *
 * @param stopped asked between tokens
 * @throws {AppError} `prompt-too-long`
 */
export async function generate(
  model: GenerationModel,
  request: GenerationRequest,
  stopped: () => boolean,
  emit: (event: GenerationEvent) => void,
): Promise<void> {
  const { sequence, encoder, contextWindow } = model
  const { ids, droppedTurns } = await fitPrompt(encoder, request.prompt, request.historyTokens, contextWindow)
  const stopIds = new Set(await Promise.all(request.stopTokens.map((content) => encoder.control(content))))
  const limit = Math.min(request.maxNewTokens, contextWindow - ids.length)
  const detokenizer = new Detokenizer((tokens) => model.decode(tokens))
  const batch = new DeltaBatch(emit)

  const started = performance.now()
  const first = await sequence.replace(ids, request.sampling)
  const decoding = performance.now()
  const policy = firstOf([stopBefore(stopIds), stopWhen(stopped), limitTo(limit)])
  const { reason, newTokens } = await decode(sequence, first.token, request.sampling, policy, (token) => {
    batch.add(detokenizer.push(token))
  })
  batch.flush(reason === 'stop' ? detokenizer.end() : '')
  const usage: Usage = {
    promptTokens: ids.length,
    prefilledTokens: first.prefilled,
    newTokens,
    prefillMs: decoding - started,
    decodeMs: performance.now() - decoding,
    droppedTurns,
  }
  emit({ type: 'done', reason, usage })
}

/** Joins deltas, so that the page gets a message a frame and not one a token. */
class DeltaBatch {
  readonly #emit: (event: GenerationEvent) => void
  #text = ''
  #tokens = 0
  #sent = 0

  constructor(emit: (event: GenerationEvent) => void) {
    this.#emit = emit
  }

  add(text: string): void {
    this.#text += text
    this.#tokens += 1
    if (performance.now() - this.#sent >= BATCH_MS) this.flush()
  }

  /** @param tail text that belongs to tokens which were sent already */
  flush(tail = ''): void {
    this.#text += tail
    if (this.#tokens === 0 && this.#text === '') return
    this.#emit({ type: 'delta', text: this.#text, tokens: this.#tokens })
    this.#text = ''
    this.#tokens = 0
    this.#sent = performance.now()
  }
}
