/** Steps that stay on the device, by WebLLM's private members (private-members.ts). */
import type { Sampler } from '../sampler'
import type { CommandStream } from './command-stream'
import type { LlmChatPipeline, Tensor } from './private-members'
import { MOST_STEPS, type DeviceSteps } from './read-ahead'

const ID_BYTES = 4

/** WebLLM's own bounds, below which it divides by zero or keeps no token. */
const LEAST_TEMPERATURE = 1e-6
const LEAST_TOP_P = 1e-5

/** Tries of measuring the latency, of which the shortest counts. */
const TRIES = 3

/** WebLLM's decoding and sampling, with the sampled token fed to the next step without leaving the device. */
export class PrivateSteps implements DeviceSteps {
  latency = 0
  readonly #pipeline: LlmChatPipeline
  readonly #stream: CommandStream
  readonly #pop: (count: number) => void
  // [1] each, kept: with the same buffers each time, the kernels' bind groups are found again.
  /** The token that the next step feeds. */
  readonly #token: Tensor
  readonly #temperature: Tensor
  /** A random number for each step of a batch. */
  readonly #draws: readonly Tensor[]
  #sampling: Pick<Sampler, 'temperature' | 'topP'> = { temperature: 0, topP: 1 }
  /** The random generator's state before each of the last steps, so that those taken back draw the same again. */
  readonly #states: number[] = []

  /** @param pop takes tokens out of the KV cache */
  constructor(pipeline: LlmChatPipeline, stream: CommandStream, pop: (count: number) => void) {
    this.#pipeline = pipeline
    this.#stream = stream
    this.#pop = pop
    const { tvm, device } = pipeline
    const one = (dtype: 'int32' | 'float32') => tvm.detachFromCurrentScope(tvm.empty([1], dtype, device))
    tvm.beginScope()
    this.#token = one('int32')
    this.#temperature = one('float32')
    this.#draws = Array.from({ length: MOST_STEPS }, () => one('float32'))
    tvm.endScope()
  }

  get room(): number {
    return this.#pipeline.contextWindowSize - this.#pipeline.filledKVCacheLength
  }

  async measureLatency(): Promise<void> {
    const times: number[] = []
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const begun = performance.now()
      const ids = this.#staging()
      this.#copy(this.#token, ids, 0)
      await this.#read(ids, 1)
      times.push(performance.now() - begun)
    }
    this.latency = Math.min(...times)
  }

  begin(token: number, sampling: Pick<Sampler, 'temperature' | 'topP'>): void {
    this.#sampling = sampling
    this.#token.copyFrom([token])
  }

  run(count: number): Promise<readonly number[]> {
    const { tvm, topPDevice } = this.#pipeline
    // Everything is uploaded before the first step, because each upload ends a pass.
    this.#temperature.copyFrom([Math.max(this.#sampling.temperature, LEAST_TEMPERATURE)])
    topPDevice.copyFrom([Math.max(this.#sampling.topP, LEAST_TOP_P)])
    const draws = this.#draws.slice(0, count)
    for (const draw of draws) {
      this.#states.push(tvm.rng.getState())
      draw.copyFrom([tvm.rng.randomFloat()])
    }
    this.#states.splice(0, this.#states.length - 2 * MOST_STEPS)
    const ids = this.#staging()
    for (const [index, draw] of draws.entries()) this.#step(draw, ids, index)
    return this.#read(ids, count)
  }

  takeBack(count: number): void {
    const [state] = this.#states.splice(-count)
    if (state !== undefined) this.#pipeline.tvm.rng.setState(state)
    this.#pop(count)
  }

  /** Feeds the token, and puts the sampled one in its place and into `ids`. */
  #step(draw: Tensor, ids: GPUBuffer, index: number): void {
    const pipeline = this.#pipeline
    const { tvm, kvCache, params, fullVocabSize, sampleIndicesDevice, topPDevice } = pipeline
    tvm.beginScope()
    try {
      const embedded = pipeline.embed(this.#token, params)
      pipeline.fKVCacheBeginForward(kvCache, tvm.makeShapeTuple([0]), tvm.makeShapeTuple([1]))
      const logits = pipeline.invokeDecode(embedded.view([1, ...embedded.shape])).get(0)
      pipeline.fKVCacheEndForward(kvCache)
      pipeline.filledKVCacheLength += 1
      const probabilities = pipeline.fsoftmaxWithTemperature(logits.view([1, 1, fullVocabSize]), this.#temperature)
      const sorted = pipeline.fargsortProbs(probabilities.view([1, fullVocabSize]))
      const [likely, order] = [sorted.get(0), sorted.get(1)]
      const sampled = pipeline.fsampleWithTopP(likely, order, draw, sampleIndicesDevice, topPDevice)
      this.#copy(sampled, ids, index)
      this.#copy(sampled, this.#bufferOf(this.#token), 0)
    } finally {
      tvm.endScope()
    }
  }

  #bufferOf(tensor: Tensor): GPUBuffer {
    return this.#pipeline.tvm.lib.webGPUContext.gpuBufferFromPtr(tensor.getDataPtr())
  }

  #copy(id: Tensor, to: GPUBuffer, index: number): void {
    this.#stream.copy(this.#bufferOf(id), id.byteOffset, to, index * ID_BYTES, ID_BYTES)
  }

  #staging(): GPUBuffer {
    return this.#pipeline.tvm.lib.webGPUContext.getOrCreateReadStagingBuffer(ID_BYTES * MOST_STEPS)
  }

  async #read(ids: GPUBuffer, count: number): Promise<readonly number[]> {
    const read = [...new Int32Array(await this.#stream.map(ids, ids.size), 0, count)]
    this.#pipeline.tvm.lib.webGPUContext.recycleReadStagingBuffer(ids)
    return read
  }
}
