import * as v from 'valibot'
import type { KernelNeeds } from '../gguf/webgpu/kernel-needs'
import { invalid, parseAs } from '../shared/parse-as'
import { repositoryUnusable, unreadable } from '../shared/repository-problem'
import { buildFor, isKernels, type ModelManifest } from './manifest'

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

/** The dimensions by which weights fit kernels, under Hugging Face's names. */
const DIMENSIONS = [
  'hidden_size',
  'intermediate_size',
  'num_hidden_layers',
  'num_attention_heads',
  'num_key_value_heads',
  'vocab_size',
] as const

/** Values that distinguish networks whose matrices have the same sizes. */
const networkSchema = {
  tie_word_embeddings: v.optional(v.boolean(), false),
  rope_theta: v.optional(v.number()),
  rope_scaling: v.nullish(v.object({ rope_type: v.optional(v.string()), type: v.optional(v.string()) })),
  head_dim: v.optional(positive),
  rms_norm_eps: v.optional(v.number()),
  ...v.entriesFromList(DIMENSIONS, positive),
}

const kernelsSchema = v.object({
  file: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.wasm$/)),
  bytes: positive,
  sha256,
  /** The model whose configuration it was made from. */
  model: v.string(),
  quantization: v.picklist(['q4f16_1', 'q4f32_1', 'gguf']),
  /** Of `gguf`: the layout of each matrix, in their order, and the bytes of all weights as the kernels read them. */
  layouts: v.exactOptional(v.string()),
  weightBytes: v.exactOptional(positive),
  /** Most tokens that the KV cache can be made for. */
  context: positive,
  /** WebGPU features that a device must have. */
  features: v.array(v.string()),
  /** Least limits of the device, by their WebGPU names. */
  limits: v.record(v.string(), positive),
  kvCache: v.object({ bytesPerToken: positive }),
  /** A token's time by the compiler's estimate on paper: that of its bytes at a share of the bandwidth, and an overhead. */
  decode: v.object({
    overheadMilliseconds: v.pipe(v.number(), v.minValue(0)),
    bandwidthShare: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  }),
  config: v.object({ model_type: v.string(), ...networkSchema }),
})

/** Kernels that the site ships: one file for one configuration and one layout of weights. */
export type Kernels = Readonly<v.InferOutput<typeof kernelsSchema>>

/** The facts about the network in mlc-chat-config.json. Llama's file has the rope under another name. */
const mlcConfigSchema = v.object({
  model_type: v.string(),
  quantization: v.string(),
  matrix_layouts: v.optional(v.record(v.string(), v.string())),
  model_config: v.object({ position_embedding_base: v.optional(v.number()), ...networkSchema }),
})

/**
 * Reads public/models/libraries/libraries.json, which calls kernels libraries, as WebLLM does.
 *
 * @throws {AppError} `manifest-invalid`
 */
export function parseKernels(data: unknown): Kernels[] {
  const schema = v.object({ libraries: v.array(kernelsSchema) })
  return parseAs(schema, data, invalid('The list of kernels', 'libraries.json')).libraries
}

/** The kind of a network's rope scaling; Hugging Face has given the field two names. */
const scalingOf = ({ rope_scaling }: Pick<Kernels['config'], 'rope_scaling'>): string =>
  rope_scaling?.rope_type ?? rope_scaling?.type ?? 'none'

/** Whether both have the same value, or one has none. */
const agree = <T>(a: T | undefined, b: T | undefined): boolean => a === undefined || b === undefined || a === b

/**
 * The kernels that compute a network with these weights: same layout, same dimensions, same rope.
 *
 * @param config mlc-chat-config.json
 * @throws {AppError} `repository-unusable` if there is none
 */
export function kernelsFor(config: unknown, shipped: readonly Kernels[], repository: string): Kernels[] {
  const {
    model_type,
    quantization,
    matrix_layouts,
    model_config: wanted,
  } = parseAs(mlcConfigSchema, config, unreadable(repository, 'mlc-chat-config.json'))
  const ropeTheta = wanted.rope_theta ?? wanted.position_embedding_base
  const fitting = shipped.filter(
    ({ config: has, quantization: layout, layouts }) =>
      layout === quantization &&
      layouts === (matrix_layouts && Object.values(matrix_layouts).join(' ')) &&
      has.model_type === model_type &&
      has.tie_word_embeddings === wanted.tie_word_embeddings &&
      agree(has.rope_theta, ropeTheta) &&
      (!wanted.rope_scaling || scalingOf(wanted) === scalingOf(has)) &&
      agree(has.head_dim, wanted.head_dim) &&
      DIMENSIONS.every((name) => has[name] === wanted[name]),
  )
  if (fitting.length > 0) return fitting
  const size = `${model_type}, ${wanted.num_hidden_layers} × ${wanted.hidden_size}, ${quantization}`
  throw repositoryUnusable(repository, 'no-kernels', size)
}

/**
 * The kernels that read a GGUF file's numbers as they are.
 *
 * @returns `network` if the site has none for the file's network, `types` if it has none for the mixture of types in it
 */
export function kernelsForFile(
  { network, layouts }: KernelNeeds,
  shipped: readonly Kernels[],
): readonly Kernels[] | 'network' | 'types' {
  const own = shipped.filter(({ config }) => isNetwork(config, network))
  const fitting = own.filter((kernels) => kernels.layouts === layouts)
  if (fitting.length > 0) return fitting
  return own.length > 0 ? 'types' : 'network'
}

/** Whether kernels were compiled for this network. Files have its numbers in f32. */
function isNetwork(config: Kernels['config'], network: KernelNeeds['network']): boolean {
  const isSame = (a: number | undefined, b: number) => a !== undefined && Math.fround(a) === Math.fround(b)
  return (
    config.model_type === network.model_type &&
    config.tie_word_embeddings === network.tie_word_embeddings &&
    (config.head_dim ?? config.hidden_size / config.num_attention_heads) === network.head_dim &&
    isSame(config.rope_theta, network.rope_theta) &&
    isSame(config.rms_norm_eps, network.rms_norm_eps) &&
    scalingOf(config) === 'none' &&
    DIMENSIONS.every((name) => config[name] === network[name])
  )
}

/**
 * The manifest with the kernels that now have its kernels' name, if they differ: the site ships one version of each.
 * Undefined if there are none, or if they hold too few tokens.
 */
export function withKernelsOf(manifest: ModelManifest, shipped: readonly Kernels[]): ModelManifest | undefined {
  const build = buildFor(manifest, 'webgpu')
  const old = build?.artifacts.find(isKernels)
  const kernels = shipped.find(({ file }) => file === old?.path)
  if (!build || !old || !kernels || kernels.sha256 === old.sha256 || kernels.context < manifest.contextWindow)
    return undefined
  const { bytes, sha256, features, limits } = kernels
  const artifacts = build.artifacts.map((artifact) => (artifact === old ? { ...old, bytes, sha256 } : artifact))
  const renewed = { ...build, requires: { features, limits }, artifacts }
  return { ...manifest, builds: manifest.builds.map((one) => (one === build ? renewed : one)) }
}
