import { ggufUnusable } from '../shared/gguf-problem'
import { ByteReader, NeedMore } from './byte-reader'
import { FIRST_BYTES, foreignProblem } from './foreign-file'
import { readValue, type MetadataValue } from './metadata'
import { readTensor, type Tensor } from './tensors'

/** Bytes read at first, which is enough for a model with a small vocabulary; then four times as much. */
const FIRST_READ = 1024 * 1024
/** Longest header in bytes. One with a vocabulary of 262,144 tokens and its merges has about 16 MB. */
const LONGEST_HEADER = 64 * 1024 * 1024
/**
 * Most entries of metadata and most tensors. Files of models have dozens or hundreds of them; a split file may count up
 * to 65,535.
 */
const MOST_ENTRIES = 4096
const MOST_TENSORS = 65_535
/** Fewest bytes of an entry (a key's length, a type, a value) and of a tensor (a name's length, dimensions, type, offset). */
const LEAST_ENTRY = 13
const LEAST_TENSOR = 32
const DEFAULT_ALIGNMENT = 32
const LARGEST_ALIGNMENT = 65_536

/** The part of a file before its weights. */
export interface GgufHeader {
  readonly version: number
  readonly metadata: ReadonlyMap<string, MetadataValue>
  readonly tensors: readonly Tensor[]
  /** Offset of the weights in the file, in bytes. */
  readonly dataStart: number
  /** A tensor begins at a multiple of this many bytes behind that. */
  readonly alignment: number
}

/**
 * Reads the header of a GGUF file, versions 2 and 3, from slices of it; the weights are never read. The format is
 * docs/gguf.md of github.com/ggml-org/ggml, its limits those of llama.cpp's gguf.cpp or tighter.
 *
 * @param size of the file in bytes, where only its beginning is at hand
 * @throws {AppError} `gguf-unusable`
 * @throws {NeedMore} if the beginning at hand is shorter than the header
 */
export async function readHeader(file: Blob, size: number = file.size): Promise<GgufHeader> {
  const foreign = foreignProblem(await slice(file, FIRST_BYTES))
  if (foreign) throw ggufUnusable(foreign, { bytes: size })
  for (let length = FIRST_READ; ; length *= 4) {
    const bytes = await slice(file, Math.min(length, LONGEST_HEADER))
    try {
      return parseHeader(bytes, size)
    } catch (thrown) {
      if (!(thrown instanceof NeedMore)) throw thrown
      if (thrown.upTo > size) throw ggufUnusable('cut-header', { bytes: size, atLeast: thrown.upTo })
      if (thrown.upTo > LONGEST_HEADER) throw ggufUnusable('header-too-long', { most: LONGEST_HEADER })
      if (bytes.length === file.size) throw thrown
      length = Math.max(length, thrown.upTo / 4)
    }
  }
}

async function slice(file: Blob, length: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, length).arrayBuffer())
  } catch {
    // The file was moved, changed or deleted since it was chosen, or the browser may not read it.
    throw ggufUnusable('unreadable')
  }
}

/** @param size of the file, in bytes @throws {NeedMore} if the bytes at hand do not hold the whole header */
function parseHeader(bytes: Uint8Array, size: number): GgufHeader {
  const reader = new ByteReader(bytes, 4)
  const version = reader.u32()
  // Another byte order shows as a version in the upper half.
  if (version !== 0 && version % 65_536 === 0) throw ggufUnusable('big-endian')
  if (version !== 2 && version !== 3) throw ggufUnusable('version', { version })
  const tensorCount = count(reader.u64(), 'tensors', MOST_TENSORS, LEAST_TENSOR, size)
  const entryCount = count(reader.u64(), 'metadata', MOST_ENTRIES, LEAST_ENTRY, size)
  const metadata = new Map<string, MetadataValue>()
  for (let index = 0; index < entryCount; index += 1) {
    const key = reader.text('metadata')
    if (metadata.has(key)) throw ggufUnusable('repeated', { what: key })
    metadata.set(key, readValue(reader, key))
  }
  const alignment = alignmentOf(metadata.get('general.alignment'))
  const tensors = new Map<string, Tensor>()
  for (let index = 0; index < tensorCount; index += 1) {
    const tensor = readTensor(reader)
    if (tensors.has(tensor.name)) throw ggufUnusable('repeated', { what: tensor.name })
    tensors.set(tensor.name, tensor)
  }
  const dataStart = Math.ceil(reader.at / alignment) * alignment
  return { version, metadata, tensors: [...tensors.values()], dataStart, alignment }
}

/** @param least fewest bytes that one counted entry takes */
function count(found: number, what: string, most: number, least: number, size: number): number {
  if (found > most) throw ggufUnusable('count-too-large', { what, count: found, most })
  if (found * least > size) throw ggufUnusable('cut-header', { bytes: size, atLeast: found * least })
  return found
}

/** llama.cpp wants a power of two. */
function alignmentOf(value: MetadataValue = DEFAULT_ALIGNMENT): number {
  const isPower = typeof value === 'number' && Number.isInteger(Math.log2(value)) && value >= 1
  if (isPower && value <= LARGEST_ALIGNMENT) return value
  throw ggufUnusable('alignment-invalid', { what: typeof value === 'object' ? 'array' : String(value) })
}
