import { ggufUnusable } from '../shared/gguf-problem'
import type { ByteReader } from './byte-reader'
import { TENSOR_TYPES } from './tensor-types'

/** `GGML_MAX_NAME`, with the zero at the end, and `GGML_MAX_DIMS`. */
const LONGEST_NAME = 63
const MOST_DIMENSIONS = 4

export interface Tensor {
  readonly name: string
  /** The first one is the length of a row. */
  readonly dimensions: readonly number[]
  /** Name of its type, as Q4_K. */
  readonly type: string
  readonly weights: number
  readonly bytes: number
  /** From where the weights of all tensors begin, in bytes. */
  readonly offset: number
}

/** Reads a header's entry for a tensor. @throws {AppError} `gguf-unusable` */
export function readTensor(reader: ByteReader): Tensor {
  const name = reader.text('tensors')
  if (new TextEncoder().encode(name).length > LONGEST_NAME)
    throw ggufUnusable('text-too-long', { what: name.slice(0, LONGEST_NAME), bytes: name.length, most: LONGEST_NAME })
  const dimensionCount = reader.u32()
  if (dimensionCount < 1 || dimensionCount > MOST_DIMENSIONS)
    throw ggufUnusable('dimensions-invalid', { what: name, dimensions: dimensionCount })
  const dimensions = Array.from({ length: dimensionCount }, () => reader.u64())
  const typeId = reader.u32()
  const type = TENSOR_TYPES.get(typeId)
  if (!type) throw ggufUnusable('tensor-type-unknown', { what: name, type: typeId })
  const weights = dimensions.reduce((product, length) => product * length, 1)
  const [row = 0] = dimensions
  if (weights < 1 || weights * type.bytes > Number.MAX_SAFE_INTEGER || row % type.weights !== 0)
    throw ggufUnusable('dimensions-invalid', { what: name, dimensions: dimensions.join('×'), type: type.name })
  const offset = reader.u64()
  return { name, dimensions, type: type.name, weights, bytes: (weights / type.weights) * type.bytes, offset }
}

/**
 * Checks that each tensor begins where the previous tensor ends, as llama.cpp requires, and that all lie in the file.
 *
 * @param size of the file, in bytes
 * @returns bytes of all tensors
 * @throws {AppError} `gguf-unusable`; for a file that was cut, with the bytes that it should have at least
 */
export function checkPlaces(
  { tensors, dataStart, alignment }: { tensors: readonly Tensor[]; dataStart: number; alignment: number },
  size: number,
): number {
  let expected = 0
  let end = 0
  for (const { name, offset, bytes } of tensors) {
    if (offset < expected) throw ggufUnusable('tensor-overlaps', { what: name, offset, expected })
    if (offset > expected) throw ggufUnusable('tensor-misplaced', { what: name, offset, expected })
    end = offset + bytes
    expected = Math.ceil(end / alignment) * alignment
  }
  const needed = dataStart + end
  if (needed > size)
    throw ggufUnusable('cut-tensors', { bytes: size, neededBytes: needed, missingBytes: needed - size })
  return tensors.reduce((total, { bytes }) => total + bytes, 0)
}
