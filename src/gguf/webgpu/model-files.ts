import { AppError } from '../../shared/errors'
import { ggufUnusable } from '../../shared/gguf-problem'
import { Fields } from '../fields'
import { readHeader, type GgufHeader } from '../header'
import { checkPlaces, type Tensor } from '../tensors'
import { BLOCK_TYPES, isBlockName } from './block-types'
import { fromF16 } from './f16'
import { storedTensors } from './layouts'
import { networkOf, type Network } from './network'
import { packRows, type Target } from './pack'
import { isMatrix, parametersOf, type Matrix, type Parameter, type Vector } from './parameters'
import { tokenizerJson } from './tokenizer-json'

/** A file that is made when it is asked for. */
export type MadeFile = () => Promise<ArrayBuffer>

/** Parameters share a file of up to this many bytes; a larger one has its own. (compiler: `SHARD_BYTES`) */
const SHARD_BYTES = 32 * 1024 * 1024
/** Bytes of the file that are in memory at once, beside the shard that they go into. */
const SLICE_BYTES = 4 * 1024 * 1024

/** An entry of tensor-cache.json. */
interface TensorRecord {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly format: 'raw'
  readonly nbytes: number
  readonly byteOffset: number
}

interface Shard {
  readonly parameters: readonly Parameter[]
  readonly records: readonly TensorRecord[]
  readonly bytes: number
}

/**
 * The files of a converted folder, by their names, made of a GGUF file with the same numbers (compiler: `convert` with
 * the quantization `gguf`). A shard is packed when it is asked for, so of the weights no more is in memory than that
 * shard and a slice of the file.
 *
 * @param contextWindow tokens
 * @throws {AppError} `gguf-unusable`; a shard also `artifact-damaged` if the browser has lost the file
 */
export async function modelFiles(file: Blob, contextWindow: number): Promise<ReadonlyMap<string, MadeFile>> {
  const header = await readHeader(file)
  checkPlaces(header, file.size)
  const network = networkOf(header)
  const parameters = network && parametersOf(network, header)
  if (!network || !parameters || typeof parameters === 'string')
    throw ggufUnusable('no-kernels', { what: typeof parameters === 'string' ? parameters : 'network' })
  const shards = shardsOf(parameters)
  const nameOf = (index: number) => `params_shard_${index}.bin`
  const index = {
    metadata: {},
    records: shards.map(({ records, bytes }, at) => {
      return { dataPath: nameOf(at), format: 'raw-shard', nbytes: bytes, records }
    }),
  }
  const reader = { file, dataStart: header.dataStart }
  return new Map<string, MadeFile>([
    ['tensor-cache.json', () => Promise.resolve(utf8(JSON.stringify(index)))],
    ['mlc-chat-config.json', () => Promise.resolve(utf8(JSON.stringify(chatConfig(network, header, contextWindow))))],
    ['tokenizer.json', () => Promise.resolve(utf8(tokenizerJson(header)))],
    ...shards.map((shard, at) => [nameOf(at), () => packShard(shard, reader)] as const),
  ])
}

const utf8 = (text: string): ArrayBuffer => new TextEncoder().encode(text).slice().buffer

/** The tensors of the parameters, in files; the tensors of a matrix stay together, because they are made together. */
function shardsOf(parameters: readonly Parameter[]): Shard[] {
  const shards: { parameters: Parameter[]; records: TensorRecord[]; bytes: number }[] = []
  for (const parameter of parameters) {
    const tensors = tensorsOf(parameter)
    const bytes = tensors.reduce((total, { nbytes }) => total + nbytes, 0)
    let shard = shards.at(-1)
    if (!shard || shard.bytes + bytes > SHARD_BYTES) shards.push((shard = { parameters: [], records: [], bytes: 0 }))
    shard.parameters.push(parameter)
    for (const tensor of tensors) {
      shard.records.push({ ...tensor, byteOffset: shard.bytes })
      shard.bytes += tensor.nbytes
    }
  }
  return shards
}

function tensorsOf(parameter: Parameter): Omit<TensorRecord, 'byteOffset'>[] {
  const { name, rows } = parameter
  if (!isMatrix(parameter)) return [{ name, shape: [rows], dtype: 'float32', format: 'raw', nbytes: 4 * rows }]
  return storedTensors(parameter.layout, parameter.columns).map(({ suffix, dtype, width }) => {
    return { name: `${name}.${suffix}`, shape: [rows, width], dtype, format: 'raw', nbytes: 4 * rows * width }
  })
}

interface Reader {
  readonly file: Blob
  /** Where the weights of all tensors begin, in bytes. */
  readonly dataStart: number
}

async function packShard({ parameters, records, bytes }: Shard, reader: Reader): Promise<ArrayBuffer> {
  const whole = new ArrayBuffer(bytes)
  const viewOf = new Map(
    records.map(({ name, byteOffset, nbytes }) => [name, new DataView(whole, byteOffset, nbytes)] as const),
  )
  for (const parameter of parameters)
    if (isMatrix(parameter)) await packMatrix(parameter, viewOf, reader)
    else await packVector(parameter, viewOf.get(parameter.name), reader)
  return whole
}

async function packMatrix(matrix: Matrix, viewOf: ReadonlyMap<string, DataView>, reader: Reader): Promise<void> {
  const { name, sources, columns, layout, heads } = matrix
  const target: Target = Object.fromEntries(
    storedTensors(layout, columns).map(({ suffix }) => [suffix, viewOf.get(`${name}.${suffix}`)]),
  )
  let first = 0
  for (const [index, tensor] of sources.entries()) {
    const { type } = tensor
    if (!isBlockName(type)) throw ggufUnusable('no-kernels', { what: type })
    const rows = tensor.dimensions[1] ?? 1
    const rowBytes = (columns / BLOCK_TYPES[type].weights) * BLOCK_TYPES[type].bytes
    const step = Math.max(1, Math.floor(SLICE_BYTES / rowBytes))
    const placeOf = rowPlace(rows, heads[index] ?? 0)
    for (let row = 0; row < rows; row += step) {
      const slice = await bytesOf(reader, tensor, row * rowBytes, Math.min(rows, row + step) * rowBytes)
      const [before, from] = [first, row]
      packRows(slice, { what: tensor.name, type, columns }, layout, target, (at) => before + placeOf(from + at))
    }
    first += rows
  }
}

/** The row of a matrix that a row of its tensor becomes: llama.cpp has neighbours where the kernels want halves of a head. */
function rowPlace(rows: number, heads: number): (row: number) => number {
  if (heads === 0) return (row) => row
  const head = rows / heads
  return (row) => {
    const within = row % head
    return row - within + (within % 2) * (head / 2) + Math.floor(within / 2)
  }
}

async function packVector({ sources }: Vector, target: DataView | undefined, reader: Reader): Promise<void> {
  let at = 0
  for (const tensor of sources) {
    const from = await bytesOf(reader, tensor, 0, tensor.bytes)
    for (let index = 0; index < tensor.weights; index += 1, at += 4) {
      const value =
        tensor.type === 'F16' ? fromF16(from.getUint16(2 * index, true), tensor.name) : from.getFloat32(4 * index, true)
      if (!Number.isFinite(value)) throw ggufUnusable('numbers-invalid', { what: tensor.name })
      target?.setFloat32(at, value, true)
    }
  }
}

/** @param start within the tensor, in bytes @throws {AppError} `artifact-damaged` if the browser has lost the file */
async function bytesOf({ file, dataStart }: Reader, tensor: Tensor, start: number, end: number): Promise<DataView> {
  const at = dataStart + tensor.offset
  const bytes = await file
    .slice(at + start, at + end)
    .arrayBuffer()
    .catch(() => undefined)
  if (bytes?.byteLength === end - start) return new DataView(bytes)
  throw new AppError('artifact-damaged', `The weights store has lost a part of ${tensor.name}.`, {
    retry: 'now',
    details: { file: tensor.name },
  })
}

/** mlc-chat-config.json, as far as WebLLM reads it. Prompts are assembled elsewhere, so its template is never used. */
function chatConfig({ model_type, vocab_size }: Network, { metadata }: GgufHeader, contextWindow: number): object {
  const end = new Fields(metadata).integer('tokenizer.ggml.eos_token_id', 0, vocab_size - 1) ?? 0
  return {
    version: '0.1.0',
    model_type,
    quantization: 'gguf',
    vocab_size,
    context_window_size: contextWindow,
    sliding_window_size: -1,
    attention_sink_size: -1,
    temperature: 1,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    bos_token_id: end,
    eos_token_id: end,
    pad_token_id: end,
    tokenizer_files: ['tokenizer.json'],
    tokenizer_info: {
      token_postproc_method: 'byte_level',
      prepend_space_in_encode: false,
      strip_space_in_decode: false,
    },
    conv_template: {
      name: 'none',
      system_template: '{system_message}',
      system_message: '',
      roles: { user: '', assistant: '' },
      role_templates: { user: '{user_message}', assistant: '{assistant_message}' },
      seps: [''],
      stop_str: [],
      stop_token_ids: [end],
    },
  }
}
