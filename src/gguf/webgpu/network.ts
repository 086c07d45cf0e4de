import { Fields } from '../fields'
import type { GgufHeader } from '../header'

/** Limits as in facts.ts, so that sums of products stay exact. */
const MOST_LAYERS = 1024
const LONGEST = 1_048_576

const FAMILIES = ['qwen2', 'qwen3', 'llama'] as const

/** The sizes of a network, under Hugging Face's names, by which kernels are compiled for it. */
export interface Network {
  readonly model_type: (typeof FAMILIES)[number]
  readonly vocab_size: number
  readonly hidden_size: number
  readonly intermediate_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly num_key_value_heads: number
  readonly head_dim: number
  readonly rope_theta: number
  readonly rms_norm_eps: number
  readonly tie_word_embeddings: boolean
}

/** Entries that change what a network computes, and that no kernels of ours know. */
const UNKNOWN_ENTRIES = ['attention.sliding_window', 'attention.scale', 'logit_scale', 'embedding_scale']

/**
 * The network of a file, if it is of a kind that kernels can be compiled for; undefined for any other. (compiler:
 * `Metadata.config`)
 *
 * @throws {AppError} `gguf-unusable` for a value that is no number
 */
export function networkOf({ metadata, tensors }: GgufHeader): Network | undefined {
  const fields = new Fields(metadata)
  const family = FAMILIES.find((name) => name === fields.text('general.architecture'))
  if (!family) return undefined
  const of = (key: string) => `${family}.${key}`
  const whole = (key: string) => fields.integer(of(key), 1, LONGEST)
  const layers = fields.integer(of('block_count'), 1, MOST_LAYERS)
  const hidden = whole('embedding_length')
  const intermediate = oneForAll(fields, of('feed_forward_length'), layers)
  const heads = oneForAll(fields, of('attention.head_count'), layers)
  const table = tensors.find(({ name }) => name === 'token_embd.weight')
  const vocabulary = table?.dimensions[1]
  const eps = fields.positive(of('attention.layer_norm_rms_epsilon'))
  if (!layers || !hidden || !intermediate || !heads || !vocabulary || eps === undefined) return undefined
  const head = whole('attention.key_length') ?? hidden / heads
  const kvHeads = oneForAll(fields, of('attention.head_count_kv'), layers, heads)
  const isKnown =
    kvHeads !== undefined &&
    Number.isInteger(head) &&
    (whole('attention.value_length') ?? head) === head &&
    (whole('rope.dimension_count') ?? head) === head &&
    (fields.text(of('rope.scaling.type')) ?? 'none') === 'none' &&
    !UNKNOWN_ENTRIES.some((key) => fields.has(of(key)))
  if (!isKnown) return undefined
  return {
    model_type: family,
    vocab_size: vocabulary,
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: head,
    rope_theta: fields.positive(of('rope.freq_base')) ?? 10_000,
    rms_norm_eps: eps,
    tie_word_embeddings: !tensors.some(({ name }) => name === 'output.weight'),
  }
}

/** A number that is the same for every layer. */
function oneForAll(fields: Fields, key: string, layers = 1, otherwise?: number): number | undefined {
  const all = fields.layered(key, layers, LONGEST)
  if (!all) return otherwise
  const [first] = all
  return first !== undefined && first > 0 && all.every((one) => one === first) ? first : undefined
}
