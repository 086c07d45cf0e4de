import type { Fit } from './fit'

/** At this rate a thought of a thousand tokens takes two minutes: slow, but people wait for it. */
const COMFORTABLE_TOKENS_PER_SECOND = 8

/** A model that can be fetched, or is here. */
export interface Candidate {
  readonly id: string
  readonly group: 'r1' | 'other'
  readonly parameters: number
  /** Undefined if nothing is known of the device. */
  readonly fit: Fit | undefined
}

/** Whether there is a model for a device, and how certain that is. */
export interface Recommendation {
  /** Undefined: none of these models; the built-in model stays. */
  readonly id: string | undefined
  readonly tokensPerSecond: number | undefined
  /** Whether memory or speed has not been measured yet. */
  readonly isGuess: boolean
  /** Whether it is the fastest only because none runs at a comfortable speed. */
  readonly isSlow: boolean
}

/**
 * The model to recommend on this device: the largest that runs at a comfortable speed, DeepSeek-R1's own distillations
 * before others. If none is comfortable, the fastest usable one.
 */
export function recommend(candidates: readonly Candidate[]): Recommendation {
  const usable = candidates.filter(({ fit }) => fit && fit.verdict !== 'no')
  const rateOf = ({ fit }: Candidate) => fit?.speed?.tokensPerSecond
  const isComfortable = (one: Candidate) =>
    one.fit?.verdict !== 'tight' && (rateOf(one) ?? COMFORTABLE_TOKENS_PER_SECOND) >= COMFORTABLE_TOKENS_PER_SECOND
  const [best] = usable
    .filter(isComfortable)
    .sort((a, b) => Number(b.group === 'r1') - Number(a.group === 'r1') || b.parameters - a.parameters)
  const [fastest] = [...usable].sort((a, b) => a.parameters - b.parameters)
  const chosen = best ?? fastest
  const rate = chosen && rateOf(chosen)
  return {
    id: chosen?.id,
    tokensPerSecond: rate,
    isGuess: chosen?.fit?.verdict === 'unknown' || rate === undefined,
    isSlow: best === undefined && chosen !== undefined,
  }
}
