import type { Wllama } from '@wllama/wllama/esm/index.js'
import type { Sampler } from '../sampler'
import type { TokenModel } from '../token-sequence'

/** The part of wllama that works on tokens; version 3 removed it, so the lock pins an earlier version. */
export type TokenLevel = Pick<
  Wllama,
  'kvClear' | 'kvRemove' | 'decode' | 'samplingInit' | 'samplingSample' | 'getLogits'
>

/** The number of candidates that our sampler gets; less likely ones are not worth sending between two workers. */
const CANDIDATES = 2048

/** llama.cpp's KV cache and sampler. */
export class LlamaModel implements TokenModel {
  readonly #wllama: TokenLevel
  readonly #candidates: number
  #length = 0
  #sampling: Pick<Sampler, 'temperature' | 'topP'> | undefined

  /** @param vocabulary how many tokens the model knows; llama.cpp gives garbage for more candidates than that */
  constructor(wllama: TokenLevel, vocabulary: number) {
    this.#wllama = wllama
    this.#candidates = Math.min(CANDIDATES, vocabulary)
  }

  async reset(): Promise<void> {
    await this.#wllama.kvClear()
    this.#length = 0
  }

  async pop(count: number): Promise<void> {
    const keep = this.#length - count
    // -1: all positions behind the kept ones
    await this.#wllama.kvRemove(keep, -1)
    this.#length = keep
  }

  async forward(ids: readonly number[], sampler: Sampler): Promise<number> {
    const { choose } = sampler
    if (!choose) await this.#useSampling(sampler)
    const { nPast } = await this.#wllama.decode([...ids], {})
    this.#length = nPast
    if (!choose) return (await this.#wllama.samplingSample()).token
    const likely = await this.#wllama.getLogits(this.#candidates)
    return choose({ ids: likely.map(({ token }) => token), logits: likely.map(({ p }) => Math.log(p)) })
  }

  /**
   * A new sampler restarts its random numbers, so one is kept while its settings stay: an answer asked for again must
   * differ.
   */
  async #useSampling({ temperature, topP }: Sampler): Promise<void> {
    if (this.#sampling?.temperature === temperature && this.#sampling.topP === topP) return
    // Switches off llama.cpp's own defaults: the 40 likeliest tokens only, and none below 5 % of the likeliest.
    await this.#wllama.samplingInit({ temp: temperature, top_p: topP, top_k: 0, min_p: 0 })
    this.#sampling = { temperature, topP }
  }
}
