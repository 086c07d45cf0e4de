import * as v from 'valibot'
import { ggufUnusable } from '../shared/gguf-problem'
import { repositorySchema } from '../shared/repository-name'
import { CHAT_ARCHITECTURES, OTHER_ARCHITECTURES } from './architectures'
import { Fields, needed } from './fields'
import { readHeader, type GgufHeader } from './header'
import { FILE_TYPES } from './tensor-types'
import { checkPlaces } from './tensors'
import { vocabularyOf, type Vocabulary } from './vocabulary'
import { kernelNeeds, type KernelNeeds } from './webgpu/kernel-needs'
import type { Unsuited } from './webgpu/parameters'

/** More than any model has, so that sums of products stay exact: layers, heads, a head's or a row's length, tokens of context. */
const MOST_LAYERS = 1024
const MOST_HEADS = 65_536
const LONGEST_ROW = 1_048_576
const LONGEST_CONTEXT = 1_073_741_824
/** `llama_ftype` of a file with a guessed type has this bit. */
const GUESSED = 1024
/** Bytes of a number in the cache of keys and values (f16). */
const CACHE_BYTES = 2

/** The facts in a GGUF file, once it was found to hold a whole model that can be asked. */
export interface GgufFacts {
  /** Of the file. */
  readonly bytes: number
  readonly version: number
  readonly architecture: string
  readonly name?: string
  readonly licence?: string
  /** `owner/name` on a hub: the repository that the file was made from, if the file names it. */
  readonly repository?: string
  /** Number of weights. */
  readonly parameters: number
  /** Of all weights. */
  readonly tensorBytes: number
  /** In its makers' notation: Q4_K_M, Q8_0, F16, IQ4_XS. */
  readonly quantization: string
  /** Most tokens that the model was made for. */
  readonly contextLength: number
  readonly layers: number
  readonly embeddingLength: number
  /** Of each layer; 0 for one without attention. */
  readonly kvHeads: readonly number[]
  readonly keyLength: number
  readonly valueLength: number
  /** Of keys and values in f16, for a token of context; too high if some layers see a window only. */
  readonly cacheBytesPerToken: number
  readonly vocabulary: Vocabulary
  /** Text of the Jinja template for chats, if there is one. */
  readonly jinja?: string
  /** Names of further templates, for tools and the like. */
  readonly otherTemplates: readonly string[]
  /** What kernels must be compiled for to read its numbers, or why there can be none. */
  readonly kernels: KernelNeeds | { readonly unsuited: Unsuited }
}

/**
 * Reads the facts in a GGUF file. Only its header is read.
 *
 * @param size of the file in bytes, where only its beginning is at hand
 * @throws {AppError} `gguf-unusable`, with the `reason` for which it is no model that this site's llama.cpp can chat with
 * @throws {NeedMore} if the beginning at hand is shorter than the header
 */
export async function readGguf(file: Blob, size: number = file.size): Promise<GgufFacts> {
  const header = await readHeader(file, size)
  const fields = new Fields(header.metadata)
  const architecture = requireModel(fields, header)
  const tensorBytes = checkPlaces(header, size)
  const vocabulary = vocabularyOf(fields)
  requireEmbedding(header, vocabulary.size)
  const of = (key: string) => `${architecture}.${key}`
  const whole = (key: string, most: number) => needed(fields.integer(of(key), 1, most), of(key))
  const layers = whole('block_count', MOST_LAYERS)
  const embeddingLength = whole('embedding_length', LONGEST_ROW)
  const none = Array<number>(layers).fill(0)
  const heads = fields.layered(of('attention.head_count'), layers, MOST_HEADS) ?? none
  const kvHeads = fields.layered(of('attention.head_count_kv'), layers, MOST_HEADS) ?? heads
  // Without lengths of their own, heads share a row evenly.
  const share = Math.floor(embeddingLength / Math.max(1, ...heads))
  const keyLength = fields.integer(of('attention.key_length'), 1, LONGEST_ROW) ?? share
  const valueLength = fields.integer(of('attention.value_length'), 1, LONGEST_ROW) ?? share
  const kvHeadsOfAll = kvHeads.reduce((total, count) => total + count, 0)
  const jinja = fields.text('tokenizer.chat_template')
  return {
    bytes: size,
    version: header.version,
    architecture,
    ...described(fields),
    parameters: header.tensors.reduce((total, { weights }) => total + weights, 0),
    tensorBytes,
    quantization: quantizationOf(fields, header),
    contextLength: whole('context_length', LONGEST_CONTEXT),
    layers,
    embeddingLength,
    kvHeads,
    keyLength,
    valueLength,
    cacheBytesPerToken: kvHeadsOfAll * (keyLength + valueLength) * CACHE_BYTES,
    vocabulary,
    ...(jinja !== undefined && { jinja }),
    otherTemplates: [...header.metadata.keys()].flatMap(
      (key) => /^tokenizer\.chat_template\.(.+)$/.exec(key)?.[1] ?? [],
    ),
    kernels: kernelNeeds(header),
  }
}

/** Refuses a file that is not a whole model that writes. @returns its architecture */
function requireModel(fields: Fields, { tensors }: GgufHeader): string {
  const architecture = fields.shown('general.architecture')
  const kind = fields.shown('general.type') ?? 'model'
  if (kind === 'adapter' || fields.has('adapter.type')) throw ggufUnusable('adapter')
  if (kind === 'mmproj' || architecture === 'clip') throw ggufUnusable('projector')
  if (kind !== 'model' && kind !== 'vocab') throw ggufUnusable('not-a-model', { what: kind })
  const parts = fields.integer('split.count', 0, 65_535) ?? 0
  if (parts > 1) throw ggufUnusable('split', { parts, part: (fields.integer('split.no', 0, 65_535) ?? 0) + 1 })
  const found = needed(architecture, 'general.architecture')
  const pools = (fields.integer(`${found}.pooling_type`, 0, 65_535) ?? 0) > 0
  const seesAll = fields.flag(`${found}.attention.causal`) === false
  if (OTHER_ARCHITECTURES.has(found) || pools || seesAll) throw ggufUnusable('no-chat-model', { what: found })
  if (!CHAT_ARCHITECTURES.has(found)) throw ggufUnusable('architecture-unknown', { what: found })
  if (kind === 'vocab' || tensors.length === 0) throw ggufUnusable('vocabulary-only')
  return found
}

/** The table of embeddings must have a row for each token, or llama.cpp will not load it. */
function requireEmbedding({ tensors }: GgufHeader, size: number): void {
  const table = needed(
    tensors.find(({ name }) => name === 'token_embd.weight'),
    'token_embd.weight',
  )
  const rows = table.dimensions[1] ?? 1
  if (rows !== size) throw ggufUnusable('vocabulary-differs', { what: table.name, count: rows, expected: size })
}

function described(fields: Fields): Pick<GgufFacts, 'name' | 'licence' | 'repository'> {
  const name = fields.shown('general.name')
  const licence = fields.shown('general.license')
  const repository = [
    'general.source.huggingface.repository',
    'general.repo_url',
    'general.source.repo_url',
    'general.source.url',
    'general.base_model.0.repo_url',
  ]
    .flatMap((key) => fields.shown(key)?.replace(/^https:\/\/[a-z.-]+\//, '') ?? [])
    .find((name) => v.is(repositorySchema, name))
  return { ...(name && { name }), ...(licence && { licence }), ...(repository && { repository }) }
}

/** The recipe's name, or the type of most bytes. */
function quantizationOf(fields: Fields, { tensors }: GgufHeader): string {
  const recipe = fields.integer('general.file_type', 0, 65_535)
  const name = recipe === undefined || recipe >= GUESSED ? undefined : FILE_TYPES.get(recipe)
  if (name !== undefined) return name
  const bytes = new Map<string, number>()
  for (const tensor of tensors) bytes.set(tensor.type, (bytes.get(tensor.type) ?? 0) + tensor.bytes)
  return [...bytes].sort(([, one], [, other]) => other - one)[0]?.[0] ?? '?'
}
