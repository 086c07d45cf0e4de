import { SLOW_TOKENS_PER_SECOND, speedOf, USELESS_TOKENS_PER_SECOND, type Fit } from './fit'

/** Bytes of weights a second that one thread reads, if none was measured: SmolLM2 reached 1.2e9 on a quiet machine. */
const GUESSED_THREAD_RATE = 0.8e9
/** Several threads share the memory: each further one adds less. */
const SCALING = 0.75

/** The facts about a device that decide. */
export interface ProcessorFacts {
  /** Bytes that a model may take. */
  readonly memoryLimit: number
  readonly threads: number
  /** Bytes of weights a second that llama.cpp reached here; undefined before a measurement. */
  readonly bytesPerSecond: number | undefined
}

/**
 * Whether a model runs on a processor, and its approximate speed. @param need bytes that it takes @param weights bytes
 * of its file
 */
export function processorFit(need: number, weights: number, device: ProcessorFacts): Fit {
  const { memoryLimit, threads, bytesPerSecond } = device
  const tokensPerSecond = (bytesPerSecond ?? GUESSED_THREAD_RATE * threads ** SCALING) / weights
  const fit = (verdict: Fit['verdict'], reasons: Fit['reasons']): Fit => ({
    verdict,
    reasons,
    memoryBytes: need,
    speed: speedOf(tokensPerSecond),
  })
  if (need > memoryLimit) return fit('no', [{ kind: 'little-memory', has: memoryLimit, needs: need }])
  const slow = { kind: 'slow', tokensPerSecond } as const
  if (tokensPerSecond < USELESS_TOKENS_PER_SECOND) return fit('no', [slow])
  if (tokensPerSecond < SLOW_TOKENS_PER_SECOND) return fit('tight', [slow])
  return fit(bytesPerSecond === undefined ? 'unknown' : 'fits', [])
}
