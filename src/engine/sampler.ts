import { AppError } from '../shared/errors'

/** How tokens are chosen. An absent setting changes nothing. */
export interface Sampling {
  /** 0 takes the likeliest token each time. */
  readonly temperature: number
  /** Keeps the likeliest tokens that together have this probability. */
  readonly topP: number
  /** Keeps this many of the likeliest tokens; 0 keeps all. */
  readonly topK?: number
  /** Leaves out tokens less likely than the likeliest times this. */
  readonly minP?: number
  /** Divides a positive logit of each token that the reply has, and multiplies a negative one (Keskar et al. 2019, CTRL). */
  readonly repetitionPenalty?: number
  /** Subtracted once from the logit of each token that the reply has, as in OpenAI's API. */
  readonly presencePenalty?: number
  /** Subtracted from the logit of a token as often as the reply has it, as in OpenAI's API. */
  readonly frequencyPenalty?: number
  readonly seed?: number
}

/** Tokens that may follow. */
export interface Candidates {
  /** Their ids; without them a token's id is its place in `logits`. */
  readonly ids?: ArrayLike<number>
  /** Defined up to a constant added to all of them: log-probabilities serve as well. */
  readonly logits: ArrayLike<number>
}

/** How an engine chooses the next token: by its own sampler, or by asking `choose`. */
export interface Sampler {
  readonly temperature: number
  readonly topP: number
  readonly choose?: ((candidates: Candidates) => number) | undefined
}

/**
 * The likeliest logit gets this value before a repetition penalty. Only that penalty depends on a constant added to all
 * logits, and llama.cpp's logits are known only up to such a constant.
 */
const LIKELIEST = 20

/** A token less likely than the likeliest by this factor (as a power of e) is never chosen, and not sorted. */
const NEGLIGIBLE = 30

/**
 * Chooses the tokens of one reply. It does the steps that one of the engines' own samplers lacks or does differently.
 */
export class ReplySampler implements Sampler {
  readonly temperature: number
  readonly topP: number
  readonly choose: ((candidates: Candidates) => number) | undefined
  readonly #sampling: Sampling
  /** How often the reply has each token. */
  readonly #counts = new Map<number, number>()
  #length = 0

  constructor(sampling: Sampling) {
    this.temperature = sampling.temperature
    this.topP = sampling.topP
    this.#sampling = sampling
    this.choose = isPlain(sampling) ? undefined : (candidates) => this.#choose(candidates)
  }

  /** Told of each token of the reply, and of those that the reply had before. */
  took(token: number): void {
    this.#length += 1
    this.#counts.set(token, (this.#counts.get(token) ?? 0) + 1)
  }

  /** @throws {AppError} `generation-failed` if no logit is a number */
  #choose(candidates: Candidates): number {
    const ids = candidates.ids
    const logits = Float64Array.from(candidates.logits)
    const idOf = (place: number) => (ids ? (ids[place] ?? -1) : place)
    this.#penalise(logits, idOf)
    const best = likeliest(logits)
    if (this.temperature === 0) return idOf(best)
    const kept = this.#kept(logits, logits[best] ?? 0)
    const total = kept.reduce((sum, { weight }) => sum + weight, 0)
    let left = this.#random() * total
    for (const { place, weight } of kept) {
      left -= weight
      if (left < 0) return idOf(place)
    }
    return idOf(best)
  }

  #penalise(logits: Float64Array, idOf: (place: number) => number): void {
    const { repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0 } = this.#sampling
    if (repetitionPenalty === 1 && presencePenalty === 0 && frequencyPenalty === 0) return
    const shift = LIKELIEST - (logits[likeliest(logits)] ?? 0)
    logits.forEach((given, place) => {
      const logit = given + shift
      logits[place] = logit
      const count = this.#counts.get(idOf(place))
      if (count === undefined) return
      const divided = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty
      logits[place] = divided - presencePenalty - frequencyPenalty * count
    })
  }

  /** The candidates that are left, likeliest first, with their weights. Temperature comes first, as in vLLM and WebLLM. */
  #kept(logits: Float64Array, most: number): { place: number; weight: number }[] {
    const { topK = 0, minP = 0 } = this.#sampling
    const weights: { place: number; weight: number }[] = []
    logits.forEach((logit, place) => {
      const distance = (logit - most) / this.temperature
      if (distance > -NEGLIGIBLE) weights.push({ place, weight: Math.exp(distance) })
    })
    weights.sort((a, b) => b.weight - a.weight || a.place - b.place)
    const likely = weights.slice(0, topK > 0 ? topK : undefined).filter(({ weight }) => weight >= minP)
    const total = likely.reduce((sum, { weight }) => sum + weight, 0)
    let sum = 0
    const end = likely.findIndex(({ weight }) => (sum += weight) >= this.topP * total)
    return end === -1 ? likely : likely.slice(0, end + 1)
  }

  /**
   * From 0 up to 1. With a seed it depends only on the place in the reply, so that a continued reply goes on as it
   * would have.
   */
  #random(): number {
    const { seed } = this.#sampling
    return seed === undefined ? Math.random() : scrambled(seed ^ scrambled(this.#length + 1)) / 2 ** 32
  }
}

/**
 * Whether every engine's own sampler can do it. A seed changes nothing for a sampler that takes the likeliest token.
 */
function isPlain(sampling: Sampling): boolean {
  const { temperature, topK = 0, minP = 0, repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0 } = sampling
  const penalises = repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0
  return !penalises && (temperature === 0 || (topK === 0 && minP === 0 && sampling.seed === undefined))
}

/** The place of the largest logit; of equal ones the first. */
function likeliest(logits: Float64Array): number {
  let best = -1
  let most = -Infinity
  logits.forEach((logit, place) => {
    if (logit > most) {
      best = place
      most = logit
    }
  })
  if (best === -1 || logits.some((logit) => Number.isNaN(logit))) throw invalidLogits()
  return best
}

/** A whole number from 0 to 2^32 - 1, made from another one: the finalizer of MurmurHash3. */
function scrambled(value: number): number {
  let hash = value >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The error for logits that are no numbers. */
export function invalidLogits(cause?: Error): AppError {
  return new AppError('generation-failed', 'What the model computed is no numbers, so no token could be chosen.', {
    retry: 'now',
    details: { invalidLogits: true },
    ...(cause && { cause }),
  })
}
