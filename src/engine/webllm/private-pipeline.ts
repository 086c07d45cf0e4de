/** WebLLM by its private members (private-members.ts). */
import type { MLCEngine } from '@mlc-ai/web-llm'
import type { CommandCounts } from '../engine'
import { invalidLogits, type Sampler } from '../sampler'
import type { CommandStream } from './command-stream'
import { ownCommands } from './private-context'
import type { LlmChatPipeline, PackedFunction, ScalarConstructor, TvmObject, WebllmTokenizer } from './private-members'
import { PrivateSteps } from './private-steps'
import { ReadAhead } from './read-ahead'

/** Part of WebLLM's error when its sampler finds no probability above zero, because the logits are NaN. */
const NO_TOKEN = 'failed to sample a valid token'

/** A loaded model at the level of tokens: a KV cache that can be extended, sampled from and rewound. */
export class PrivatePipeline {
  readonly #pipeline: LlmChatPipeline
  readonly #stream: CommandStream
  readonly #scalar: ScalarConstructor
  readonly #popTokens: PackedFunction
  readonly #steps: PrivateSteps
  readonly #ahead: ReadAhead

  /** @param engine with the model `id` loaded `withoutKernels` */
  static async of(engine: MLCEngine, id: string): Promise<PrivatePipeline> {
    const { loadedModelIdToPipeline } = engine as unknown as { loadedModelIdToPipeline: Map<string, LlmChatPipeline> }
    const pipeline = loadedModelIdToPipeline.get(id)
    if (!pipeline) throw new Error(`WebLLM has no pipeline for ${id}`)
    const stream = ownCommands(pipeline.tvm.lib.webGPUContext)
    await pipeline.asyncLoadWebGPUPipelines()
    const own = new PrivatePipeline(pipeline, stream)
    await own.#steps.measureLatency()
    return own
  }

  private constructor(pipeline: LlmChatPipeline, stream: CommandStream) {
    this.#pipeline = pipeline
    this.#stream = stream
    this.#steps = new PrivateSteps(pipeline, stream, (count) => {
      this.#shorten(count)
    })
    this.#ahead = new ReadAhead(this.#steps)
    this.#scalar = captureScalar(pipeline)
    const { tvm } = pipeline
    tvm.beginScope()
    this.#popTokens = tvm.detachFromCurrentScope(tvm.getGlobalFunc('vm.builtin.kv_state_popn'))
    tvm.endScope()
  }

  /** What was given to the device so far. */
  get commands(): CommandCounts {
    return { ...this.#stream.counts }
  }

  get tokenizer(): WebllmTokenizer {
    return this.#pipeline.tokenizer
  }

  get contextWindow(): number {
    return this.#pipeline.contextWindowSize
  }

  /** Empties the KV cache. */
  reset(): void {
    this.#ahead.stop()
    this.#pipeline.resetKVCache()
    this.#pipeline.filledKVCacheLength = 0
  }

  /** Takes the last `count` tokens out of the KV cache. */
  pop(count: number): void {
    this.#ahead.stop()
    this.#shorten(count)
  }

  #shorten(count: number): void {
    const Scalar = this.#scalar
    this.#popTokens(this.#pipeline.kvCache, new Scalar(0, 'int64'), new Scalar(count, 'int32'))
    this.#pipeline.filledKVCacheLength -= count
  }

  /**
   * The natural logarithm of the probability of each token after the first, given the tokens before it. The KV cache is
   * emptied before and holds the tokens afterwards. It goes token by token, because a prefill keeps the logits of its
   * last token only.
   *
   * @returns NaN if the logits are not numbers
   */
  async logProbabilities(ids: readonly number[]): Promise<number[]> {
    const { tvm, device } = this.#pipeline
    this.reset()
    const found: number[] = []
    for (const [index, next] of ids.slice(1).entries()) {
      tvm.beginScope()
      try {
        const logits = await this.#pipeline.embedAndForward([ids.slice(index, index + 1)], 1)
        const onCpu = this.#pipeline.updateLogitsOnCPU(logits)
        await device.sync()
        found.push(logSoftmaxAt(onCpu.toArray(), next))
      } finally {
        tvm.endScope()
      }
    }
    return found
  }

  /**
   * Appends tokens to the KV cache, chunk by chunk, and samples the next token.
   *
   * @throws {AppError} `generation-failed` with `invalidLogits` among its details when the logits are no numbers
   */
  async forward(ids: readonly number[], sampler: Sampler): Promise<number> {
    const [token] = ids
    if (token === undefined) throw new Error('forward needs at least one token')
    if (ids.length > 1 || sampler.choose) return await this.#append(ids, sampler)
    const next = await this.#ahead.next(token, sampler)
    if (next < 0) throw invalidLogits()
    return next
  }

  async #append(ids: readonly number[], { temperature, topP, choose }: Sampler): Promise<number> {
    this.#ahead.stop()
    const { tvm, prefillChunkSize } = this.#pipeline
    tvm.beginScope()
    try {
      let logits: TvmObject | undefined
      for (let start = 0; start < ids.length; start += prefillChunkSize) {
        const chunk = ids.slice(start, start + prefillChunkSize)
        logits = await this.#pipeline.embedAndForward([chunk], chunk.length)
      }
      if (!logits) throw new Error('forward needs at least one token')
      if (!choose) return await this.#pipeline.sampleFromRawLogits(logits, { temperature, top_p: topP })
      const onCpu = this.#pipeline.updateLogitsOnCPU(logits)
      await this.#pipeline.device.sync()
      return choose({ logits: onCpu.toArray() })
    } catch (error) {
      throw error instanceof Error && error.message.includes(NO_TOKEN) ? invalidLogits(error) : error
    } finally {
      tvm.endScope()
    }
  }
}

/** The logarithm of the softmax of `logits` at one place. */
function logSoftmaxAt(logits: Float32Array, place: number): number {
  // No spread into Math.max: vocabularies are larger than the stack.
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity)
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0)
  return (logits[place] ?? NaN) - largest - Math.log(sum)
}

/** tvmjs does not export its Scalar class; resetKVCache passes one to fKVCacheAddSequence, and there it is picked up. */
function captureScalar(pipeline: LlmChatPipeline): ScalarConstructor {
  const original = pipeline.fKVCacheAddSequence
  let scalar: ScalarConstructor | undefined
  pipeline.fKVCacheAddSequence = Object.assign((...args: unknown[]) => {
    scalar = (args[1] as object).constructor as ScalarConstructor
    return original(...args)
  }, original)
  try {
    pipeline.resetKVCache()
  } finally {
    pipeline.fKVCacheAddSequence = original
  }
  if (!scalar) throw new Error('WebLLM did not show its Scalar class')
  return scalar
}
