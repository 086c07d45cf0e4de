import * as v from 'valibot'
import { median } from './statistics'

const count = v.pipe(v.number(), v.minValue(0))

/** One length of the context: a prompt is prefilled, then some tokens are decoded behind it. */
const pointSchema = v.object({
  /** Tokens of the prompt, none of which were in the KV cache. */
  promptTokens: count,
  prefillMs: count,
  /** Tokens that were decoded behind the first one. */
  decodedTokens: count,
  decodeMs: count,
  /** Of a decoded token; only the GPU's engine counts them. */
  dispatches: v.exactOptional(count),
  submits: v.exactOptional(count),
  waits: v.exactOptional(count),
})

/** The speed of a model on this device, as it was measured once. */
export const speedSchema = v.object({
  id: v.string(),
  /** ms since the epoch */
  at: v.number(),
  model: v.object({ id: v.string(), name: v.string() }),
  engine: v.picklist(['webgpu', 'processor']),
  adapter: v.string(),
  /** As the browser names itself. */
  browser: v.string(),
  /** Of the weights, which each token reads. */
  weightBytes: count,
  /** Bytes a second, measured beside the model. */
  bandwidth: v.exactOptional(count),
  /** ms of each phase of the load, in order. */
  load: v.array(v.object({ phase: v.picklist(['read', 'upload', 'compile', 'engine']), ms: count })),
  points: v.array(pointSchema),
})
export type Speed = Readonly<v.InferOutput<typeof speedSchema>>
export type SpeedPoint = Readonly<v.InferOutput<typeof pointSchema>>

/** Weights up to this many bytes may stay in a processor's caches, so that the memory does not limit them. */
const CACHED_BYTES = 64 * 1024 * 1024

export const prefillRate = ({ promptTokens, prefillMs }: SpeedPoint): number => (1000 * promptTokens) / prefillMs
export const decodeRate = ({ decodedTokens, decodeMs }: SpeedPoint): number => (1000 * decodedTokens) / decodeMs

/**
 * The most tokens a second that the memory allows: each token reads all weights once. The context is not counted, so a
 * long one stays further below.
 *
 * @returns undefined where the bandwidth is not known, or the weights fit into a cache
 */
export const decodeLimit = ({ bandwidth, weightBytes }: Speed): number | undefined =>
  bandwidth === undefined || weightBytes <= CACHED_BYTES ? undefined : bandwidth / weightBytes

/** The lengths that are measured, in tokens. @param contextWindow of the model @param decoded tokens behind each */
export function lengthsFor(contextWindow: number, decoded: number): number[] {
  const most = contextWindow - decoded - 16
  return [64, 256, 1024, 2048, 4096, 8192].filter((length, at) => at === 0 || length <= most)
}

/** Another rate than the one before, beside the browser. */
interface SpeedChange {
  /** The share of the earlier rate that is gone; negative if it became faster. */
  readonly slower: number
  /** Whether the browser is another one than then. */
  readonly otherBrowser: boolean
}

/** How a measurement differs from the one before it of the same model on the same device. @param all the newest first */
export function changeSince(speed: Speed, all: readonly Speed[]): SpeedChange | undefined {
  const before = all.find(
    (one) =>
      one.at < speed.at &&
      one.model.id === speed.model.id &&
      one.engine === speed.engine &&
      one.adapter === speed.adapter,
  )
  if (!before) return undefined
  const rates = [before, speed].map(({ points }) => median(points.map(decodeRate)))
  const [then, now] = rates
  if (then === undefined || now === undefined || then === 0) return undefined
  return { slower: 1 - now / then, otherBrowser: before.browser !== speed.browser }
}
