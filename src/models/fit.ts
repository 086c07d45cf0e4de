/** Pure rules for what a machine can run, from a model's needs and a device's facts. docs/models.md has their sources. */
import type { MemoryProbe } from '../platform/gpu-measure'

const GIBIBYTE = 1024 ** 3
const MEBIBYTE = 1024 ** 2

/** Tokens of a typical answer of an R1 model, its thought included. Thoughts vary widely: 500 to several thousand. */
const ANSWER_TOKENS = 1500
/** Below this many tokens a second people wait for the text, in English and in Chinese. */
export const SLOW_TOKENS_PER_SECOND = 3
/** Below this many tokens a second nobody waits for the end of a thought. */
export const USELESS_TOKENS_PER_SECOND = 1
const USUAL_CONTEXT = 4096 // tokens in the KV cache for which the speed is predicted: the middle of a long thought
/** Free memory beyond a model's need for it to fit with ease: the screen and other pages need some too. */
const HEADROOM = 1.15
/**
 * Activations, logits and the KV cache's own buffers. An upper bound for the shipped kernels (chunks of 512 tokens):
 * the compiler plans 29 MB (1.5B) to 63 MB (7B). The attention buffers of the runtime come on top.
 */
const WORKING_BYTES = 96 * MEBIBYTE
const KV_PAGE = 16 // tokens in a page of the KV cache
const DEVICE_MEMORY_CAP_GIB = 8 // from here on `navigator.deviceMemory` may mean any size: browsers do not give more

/** Bits a weight, scales included. */
const BITS_A_WEIGHT = { q4f16_1: 4.5, q4f32_1: 5, q4_0: 4.5, q4_1: 5, q8_0: 8.5, gguf: 8.5 } as const
export type Quantization = keyof typeof BITS_A_WEIGHT

/** Ways to compute on a GPU: f16 needs shader-f16, with which kernels read and write 16-bit numbers; f32 does without. */
export const PRECISIONS = ['f32', 'f16'] as const
export type Precision = (typeof PRECISIONS)[number]

/** The needs of a model on a device, with one file of kernels. */
export interface Needs {
  /** WebGPU features by name. */
  readonly features: readonly string[]
  /** WebGPU limits by name, in the unit of the limit. */
  readonly limits: Readonly<Record<string, number>>
  readonly weightBytes: number
  /** Of the embedding table if the head does not share it: decoding reads one row of it, so next to nothing. */
  readonly embeddingBytes?: number
  readonly kvBytesPerToken: number
  /** Of a decoded token, on paper: docs/performance.md. */
  readonly decode: { readonly overheadMilliseconds: number; readonly bandwidthShare: number }
  readonly contextTokens: number
}

/** The known facts of a device; facts that were not measured are absent. */
export interface Device {
  /** Whether it has shader-f16. */
  readonly f16: boolean
  /** A CPU that plays GPU. */
  readonly software: boolean
  /** Of the adapter, by name. */
  readonly limits: Readonly<Record<string, number>>
  /** Main memory as `navigator.deviceMemory` gives it, in GiB: a power of two. */
  readonly deviceMemoryGiB?: number | undefined
  readonly allocatable?: MemoryProbe | undefined
  readonly bandwidthBytesPerSecond?: number | undefined
  /** Of the self-test, where it has been run. */
  readonly computesRight?: { readonly [precision in Precision]?: boolean | undefined } | undefined
}

export type Verdict = 'fits' | 'tight' | 'unknown' | 'no'

/** A reason against a better verdict; amounts are bytes if no other unit is named. */
export type FitReason =
  | { readonly kind: 'wrong-results' }
  | { readonly kind: 'missing-feature'; readonly feature: string }
  | { readonly kind: 'small-limit'; readonly limit: string; readonly has: number; readonly needs: number }
  /** The device gives this much GPU memory, which is too little. */
  | { readonly kind: 'little-memory'; readonly has: number; readonly needs: number }
  /** The device gives enough memory, but hardly more. */
  | { readonly kind: 'scarce-memory'; readonly has: number; readonly needs: number }
  /** The whole machine has so little memory that the GPU's share is hardly enough. */
  | { readonly kind: 'small-machine'; readonly has: number; readonly needs: number }
  | { readonly kind: 'memory-unknown'; readonly needs: number }
  | { readonly kind: 'software-adapter' }
  | { readonly kind: 'slow'; readonly tokensPerSecond: number }

export interface Fit {
  readonly verdict: Verdict
  /** All reasons against a better verdict, the most serious first. Empty if it fits. */
  readonly reasons: readonly FitReason[]
  /** GPU memory that the model takes. */
  readonly memoryBytes: number
  /** Present if the bandwidth is known. */
  readonly speed?: Speed
}

/** An upper estimate. */
interface Speed {
  readonly tokensPerSecond: number
  /** ANSWER_TOKENS, and the time for them at that rate. */
  readonly answerTokens: number
  readonly answerMinutes: number
}

/** The time that a typical answer takes at a rate. */
export const speedOf = (tokensPerSecond: number): Speed => ({
  tokensPerSecond,
  answerTokens: ANSWER_TOKENS,
  answerMinutes: ANSWER_TOKENS / tokensPerSecond / 60,
})

/** From the best verdict to the worst. */
const VERDICTS: readonly Verdict[] = ['fits', 'unknown', 'tight', 'no']

/** The needs of weights together with kernels of the site. */
export function needsOf(
  weights: { readonly bytes: number; readonly quantization: Quantization },
  kernels: {
    readonly features: readonly string[]
    readonly limits: Readonly<Record<string, number>>
    readonly kvCache: { readonly bytesPerToken: number }
    readonly decode: Needs['decode']
    readonly config: {
      readonly vocab_size: number
      readonly hidden_size: number
      readonly num_hidden_layers: number
      readonly tie_word_embeddings: boolean
    }
  },
  contextTokens: number,
): Needs {
  const { vocab_size, hidden_size, num_hidden_layers, tie_word_embeddings } = kernels.config
  const kvBytesPerToken = kernels.kvCache.bytesPerToken
  // The KV cache of a layer is one buffer, of whole pages; two pages more are always there.
  const layerBytes = ((Math.ceil(contextTokens / KV_PAGE) + 2) * KV_PAGE * kvBytesPerToken) / num_hidden_layers
  const atLeast = (limit: string) => Math.max(kernels.limits[limit] ?? 0, layerBytes)
  return {
    features: kernels.features,
    limits: {
      ...kernels.limits,
      maxBufferSize: atLeast('maxBufferSize'),
      maxStorageBufferBindingSize: atLeast('maxStorageBufferBindingSize'),
    },
    weightBytes: weights.bytes,
    embeddingBytes: tie_word_embeddings ? 0 : (vocab_size * hidden_size * BITS_A_WEIGHT[weights.quantization]) / 8,
    kvBytesPerToken,
    decode: kernels.decode,
    contextTokens,
  }
}

/** GPU memory that a model takes, in bytes: weights, KV cache, working buffers. */
export function gpuMemoryBytes({ weightBytes, kvBytesPerToken, contextTokens }: Needs): number {
  return weightBytes + kvBytesPerToken * contextTokens + WORKING_BYTES
}

/** How many bytes to ask `probeMemory` for, so that the answer tells fits, tight and no apart. */
export function memoryToProbe(needs: Needs): number {
  return Math.ceil(gpuMemoryBytes(needs) * HEADROOM)
}

/** Whether a device can run a model, why not, and how fast at most. */
export function fitOf(needs: Needs, device: Device): Fit {
  const memoryBytes = gpuMemoryBytes(needs)
  const tokensPerSecond = decodeRate(needs, device)
  const findings = [
    ...wrongResults(needs, device),
    ...missingFeatures(needs, device),
    ...smallLimits(needs, device),
    ...memory(memoryBytes, device),
    ...slowness(tokensPerSecond, device),
  ]
  findings.sort((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))
  return {
    verdict: findings[0]?.verdict ?? 'fits',
    reasons: findings.map(({ reason }) => reason),
    memoryBytes,
    ...(tokensPerSecond !== undefined && { speed: speedOf(tokensPerSecond) }),
  }
}

/** A reason that keeps the verdict from being better than `verdict`. */
interface Finding {
  readonly verdict: Exclude<Verdict, 'fits'>
  readonly reason: FitReason
}

function precisionOf({ features }: Needs): Precision {
  return features.includes('shader-f16') ? 'f16' : 'f32'
}

function wrongResults(needs: Needs, { computesRight }: Device): Finding[] {
  return computesRight?.[precisionOf(needs)] === false ? [{ verdict: 'no', reason: { kind: 'wrong-results' } }] : []
}

/** WebLLM 0.2.86 opens its device with shader-f16 and subgroups at most, and no kernels of ours use subgroups. */
function missingFeatures({ features }: Needs, { f16 }: Device): Finding[] {
  return features
    .filter((feature) => feature !== 'shader-f16' || !f16)
    .map((feature) => ({ verdict: 'no', reason: { kind: 'missing-feature', feature } }))
}

function smallLimits(needs: Needs, device: Device): Finding[] {
  return Object.entries(needs.limits).flatMap(([limit, needed]) => {
    const has = engineLimit(limit, device.limits[limit])
    return has >= needed ? [] : [{ verdict: 'no', reason: { kind: 'small-limit', limit, has, needs: needed } }]
  })
}

/**
 * Limits of WebLLM 0.2.86: it asks for the first value that the adapter has, and the engine for nine storage buffers where
 * there are no ten. Other limits keep WebGPU's defaults.
 */
const ENGINE_LIMITS: Readonly<Record<string, readonly number[]>> = {
  maxBufferSize: [1 << 30, 1 << 28],
  maxStorageBufferBindingSize: [1 << 30, 1 << 27],
  maxComputeWorkgroupStorageSize: [32_768],
  maxStorageBuffersPerShaderStage: [10, 9],
  maxComputeInvocationsPerWorkgroup: [1024, 512, 256],
}

/** Defaults that every device has, from the table of limits in the WebGPU specification (W3C, "Supported Limits"). */
const DEFAULT_LIMITS: Readonly<Record<string, number>> = {
  maxBufferSize: 268_435_456,
  maxStorageBufferBindingSize: 134_217_728,
  maxComputeWorkgroupStorageSize: 16_384,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
}

/** The limit that a model meets: that of the device which WebLLM opens on the adapter, not the adapter's own. */
function engineLimit(limit: string, adapters: number | undefined): number {
  const guaranteed = DEFAULT_LIMITS[limit] ?? 0
  const has = adapters ?? guaranteed
  return Math.max(ENGINE_LIMITS[limit]?.find((asked) => asked <= has) ?? 0, Math.min(guaranteed, has))
}

function memory(needs: number, { allocatable, deviceMemoryGiB }: Device): Finding[] {
  if (allocatable && (allocatable.exhausted || allocatable.bytes >= needs)) {
    const { bytes: has, exhausted } = allocatable
    if (has < needs) return [{ verdict: 'no', reason: { kind: 'little-memory', has, needs } }]
    if (exhausted && has < needs * HEADROOM)
      return [{ verdict: 'tight', reason: { kind: 'scarce-memory', has, needs } }]
    return []
  }
  // A graphics card has memory of its own, so the machine's memory is a hint and never forbids.
  const has = (deviceMemoryGiB ?? DEVICE_MEMORY_CAP_GIB) * GIBIBYTE
  if (has < Math.min(needs, DEVICE_MEMORY_CAP_GIB * GIBIBYTE))
    return [{ verdict: 'tight', reason: { kind: 'small-machine', has, needs } }]
  return [{ verdict: 'unknown', reason: { kind: 'memory-unknown', needs } }]
}

/** Decoding reads all weights and the keys and values of the context once a token. */
function decodeRate(needs: Needs, { bandwidthBytesPerSecond }: Device): number | undefined {
  const { weightBytes, embeddingBytes = 0, kvBytesPerToken, contextTokens, decode } = needs
  const bytes = weightBytes - embeddingBytes + kvBytesPerToken * Math.min(contextTokens, USUAL_CONTEXT)
  const reading = bandwidthBytesPerSecond && bytes / (bandwidthBytesPerSecond * decode.bandwidthShare)
  return reading && 1 / (reading + decode.overheadMilliseconds / 1000)
}

function slowness(tokensPerSecond: number | undefined, { software }: Device): Finding[] {
  if (tokensPerSecond === undefined) return software ? [{ verdict: 'tight', reason: { kind: 'software-adapter' } }] : []
  if (tokensPerSecond >= SLOW_TOKENS_PER_SECOND) return []
  const verdict = tokensPerSecond < USELESS_TOKENS_PER_SECOND ? 'no' : 'tight'
  const slow: Finding = { verdict, reason: { kind: 'slow', tokensPerSecond } }
  return software ? [{ verdict: 'tight', reason: { kind: 'software-adapter' } }, slow] : [slow]
}

/** A way to run a model: weights in one layout with one file of kernels. */
export interface Variant {
  readonly quantization: Quantization
  readonly needs: Needs
}

/**
 * The variant for a device. Among the variants that run correctly, one that computes with shader-f16 comes first,
 * because its KV cache is half as large; then smaller weights before larger ones. If none runs, the variant that comes
 * closest is chosen, so that its reasons can be shown.
 *
 * @returns undefined if there is no variant
 */
export function pickVariant<T extends Variant>(
  variants: readonly T[],
  device: Device,
): { readonly variant: T; readonly fit: Fit } | undefined {
  return variants
    .map((variant) => ({ variant, fit: fitOf(variant.needs, device) }))
    .sort((a, b) => distance(a.fit) - distance(b.fit) || rank(a.variant) - rank(b.variant))[0]
}

/**
 * 0 if the model can run. Wrong results matter less if another variant avoids them, and a missing feature matters even
 * less.
 */
function distance({ verdict, reasons }: Fit): number {
  if (verdict !== 'no') return 0
  const kinds = reasons.map(({ kind }) => kind)
  if (kinds.includes('missing-feature')) return 3
  return kinds.includes('wrong-results') ? 2 : 1
}

function rank({ quantization, needs }: Variant): number {
  if (precisionOf(needs) === 'f16') return 0
  return quantization === 'q4f16_1' ? 1 : 2
}
