import type { Wllama } from '@wllama/wllama/esm/index.js'
import type { Sampling, TokenModel } from '../token-sequence'

/** The part of wllama that works on tokens; it went with version 3, so the lock pins one before. */
export type TokenLevel = Pick<Wllama, 'kvClear' | 'kvRemove' | 'decode' | 'samplingInit' | 'samplingSample'>

/** llama.cpp's KV cache and sampler. */
export class LlamaModel implements TokenModel {
  readonly #wllama: TokenLevel
  #length = 0
  #sampling: Sampling | undefined

  constructor(wllama: TokenLevel) {
    this.#wllama = wllama
  }

  async reset(): Promise<void> {
    await this.#wllama.kvClear()
    this.#length = 0
  }

  async pop(count: number): Promise<void> {
    const keep = this.#length - count
    // -1: everything behind what is kept
    await this.#wllama.kvRemove(keep, -1)
    this.#length = keep
  }

  async forward(ids: readonly number[], sampling: Sampling): Promise<number> {
    await this.#useSampling(sampling)
    const { nPast } = await this.#wllama.decode([...ids], {})
    this.#length = nPast
    return (await this.#wllama.samplingSample()).token
  }

  /** A sampler begins its random numbers anew, so one is kept as long as it fits: an answer asked for again must differ. */
  async #useSampling({ temperature, topP }: Sampling): Promise<void> {
    if (this.#sampling?.temperature === temperature && this.#sampling.topP === topP) return
    // Switches off what llama.cpp would do besides: the 40 likeliest tokens only, and none below 5 % of the likeliest.
    await this.#wllama.samplingInit({ temp: temperature, top_p: topP, top_k: 0, min_p: 0 })
    this.#sampling = { temperature, topP }
  }
}
