import { PREFILL_BATCH } from '../shared/prefill-batch'
import type { GgufFacts } from './facts'

/**
 * Most bytes that a 32-bit llama.cpp may take in all. It can address 4 GiB, but browsers refuse before that, and its
 * own code and heap need memory too.
 */
export const MOST_MEMORY = 3.5 * 1024 ** 3
/** Bytes for all that is neither weights, nor cache, nor the numbers of a batch. */
const BASE = 64 * 1024 ** 2
/** Rows of a batch that a layer holds at once, in lengths of an embedding: the widest of them, in a feed-forward network, has four. */
const ROWS = 8

/** Bytes that a model takes on the processor. */
export interface MemoryNeed {
  /** The file lies in memory as it is. */
  readonly weights: number
  /** Keys and values for all tokens of the context. */
  readonly cache: number
  /** Bytes of intermediate results; an estimate. */
  readonly work: number
  readonly total: number
}

/** The memory that a model needs with a context of this many tokens. */
export function memoryNeed(
  { bytes, cacheBytesPerToken, embeddingLength, vocabulary }: GgufFacts,
  contextTokens: number,
): MemoryNeed {
  const cache = cacheBytesPerToken * contextTokens
  const work = BASE + 4 * Math.min(PREFILL_BATCH, contextTokens) * (vocabulary.size + ROWS * embeddingLength)
  return { weights: bytes, cache, work, total: bytes + cache + work }
}

/**
 * The memory of a model of common size besides its file, for a context of 8,192 tokens, before its header was read
 * (bytes).
 */
const USUAL_OVERHEAD = 512 * 1024 ** 2
/** The share of a device's memory that a page can expect. */
const SHARE_OF_DEVICE = 0.75

/** The approximate need of a file of this many bytes, before its header was read (bytes). */
export const usualNeed = (bytes: number): number => bytes + USUAL_OVERHEAD

/**
 * Bytes that a model may take on this device. @param deviceMemoryGiB as the browser gives it, if it does; 8 may mean
 * more
 */
export function memoryLimit(deviceMemoryGiB: number | undefined): number {
  if (deviceMemoryGiB === undefined || deviceMemoryGiB >= 8) return MOST_MEMORY
  return Math.min(MOST_MEMORY, deviceMemoryGiB * SHARE_OF_DEVICE * 1024 ** 3)
}

/** The longest context with which a model fits into this many bytes, in tokens; 0 if it does not fit at all. */
export function longestContext(facts: GgufFacts, most: number = MOST_MEMORY): number {
  const fits = (tokens: number) => memoryNeed(facts, tokens).total <= most
  let [low, high] = [0, facts.contextLength]
  if (!fits(1)) return 0
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}
