import type { Sampler } from './sampler'

/** The operations that a sequence needs of a model: extend the KV cache, sample from it and rewind it. */
export interface TokenModel {
  reset(): void | Promise<void>
  /** Takes the last `count` tokens out of the KV cache. */
  pop(count: number): void | Promise<void>
  /** Appends tokens and samples the next token. */
  forward(ids: readonly number[], sampler: Sampler): Promise<number>
}

/**
 * The tokens that are in the KV cache. A new sequence costs only the difference: the cache is rewound to the common
 * prefix, and the rest is fed to it.
 */
export class TokenSequence {
  readonly #model: TokenModel
  #cached: number[] = []

  constructor(model: TokenModel) {
    this.#model = model
  }

  /** Tokens in the KV cache. */
  get length(): number {
    return this.#cached.length
  }

  /**
   * Makes the KV cache hold `wanted` and samples the next token.
   *
   * @param wanted at least one token
   * @returns the sampled token, which is not in the cache yet, and how many tokens had to be prefilled
   */
  async replace(wanted: readonly number[], sampler: Sampler): Promise<{ token: number; prefilled: number }> {
    // The last token is always fed again: its logits are not kept.
    const keep = Math.min(commonPrefix(this.#cached, wanted), wanted.length - 1)
    const drop = this.#cached.length - keep
    // If any step fails, the state of the cache is unknown, so none of it counts as kept.
    this.#cached = []
    if (keep === 0) await this.#model.reset()
    else if (drop > 0) await this.#model.pop(drop)
    const rest = wanted.slice(keep)
    const token = await this.#model.forward(rest, sampler)
    this.#cached = [...wanted]
    return { token, prefilled: rest.length }
  }

  /** Call it when another caller has used the KV cache. */
  forget(): void {
    this.#cached = []
  }

  /** Appends one or more tokens to the KV cache and samples the next token. */
  async append(tokens: readonly number[], sampler: Sampler): Promise<number> {
    const next = await this.#model.forward(tokens, sampler)
    this.#cached.push(...tokens)
    return next
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length)
  let length = 0
  while (length < end && a[length] === b[length]) length += 1
  return length
}
