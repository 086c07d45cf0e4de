import { ggufUnusable } from '../shared/gguf-problem'
import { decoded, type ByteReader } from './byte-reader'

/** Longest array. The largest vocabulary that is known has 262,144 tokens. */
const LONGEST_ARRAY = 4 * 1024 * 1024
/** Deepest nesting of arrays. The format allows them, but no file uses more than one level. */
const DEEPEST_ARRAY = 4

/** Value types of the format except strings (8) and arrays (9), with their bytes. */
const SCALARS: ReadonlyMap<number, { bytes: number; read: (reader: ByteReader) => number | boolean }> = new Map([
  [0, { bytes: 1, read: (reader: ByteReader) => reader.u8() }],
  [1, { bytes: 1, read: (reader: ByteReader) => reader.i8() }],
  [2, { bytes: 2, read: (reader: ByteReader) => reader.u16() }],
  [3, { bytes: 2, read: (reader: ByteReader) => reader.i16() }],
  [4, { bytes: 4, read: (reader: ByteReader) => reader.u32() }],
  [5, { bytes: 4, read: (reader: ByteReader) => reader.i32() }],
  [6, { bytes: 4, read: (reader: ByteReader) => reader.f32() }],
  [7, { bytes: 1, read: (reader: ByteReader) => reader.bool() }],
  [10, { bytes: 8, read: (reader: ByteReader) => reader.u64() }],
  [11, { bytes: 8, read: (reader: ByteReader) => reader.i64() }],
  [12, { bytes: 8, read: (reader: ByteReader) => reader.f64() }],
])
const TEXT = 8
const ARRAY = 9

/** An array of numbers, truth values or strings; its elements are read when they are asked for. */
export class MetadataArray {
  readonly length: number
  readonly #reader: ByteReader
  readonly #type: number
  readonly #start: number
  /** The offset of each string; the last entry is the end of the last string. */
  readonly #starts: readonly number[]

  constructor(reader: ByteReader, type: number, length: number, start: number, starts: readonly number[]) {
    this.#reader = reader
    this.#type = type
    this.length = length
    this.#start = start
    this.#starts = starts
  }

  /** Its numbers; undefined for an array of other values. */
  numbers(): readonly number[] | undefined {
    const scalar = SCALARS.get(this.#type)
    if (!scalar || this.#type === 7) return undefined
    this.#reader.at = this.#start
    return Array.from({ length: this.length }, () => Number(scalar.read(this.#reader)))
  }

  get isText(): boolean {
    return this.#type === TEXT
  }

  /** The UTF-8 bytes of a string; undefined if there is none. */
  bytes(index: number): Uint8Array {
    const start = this.#starts[index]
    const next = this.#starts[index + 1]
    // Eight bytes of length stand before the next string.
    return start === undefined || next === undefined ? new Uint8Array() : this.#reader.bytes.subarray(start, next - 8)
  }

  /** @param what the text's name, for the error */
  text(index: number, what: string): string {
    return decoded(this.bytes(index), what)
  }
}

export type MetadataValue = number | boolean | string | MetadataArray

/** Reads a value with its type before it. @param key the value's key */
export function readValue(reader: ByteReader, key: string): MetadataValue {
  const type = reader.u32()
  if (type === TEXT) return reader.text(key)
  if (type === ARRAY) return readArray(reader, key, 1)
  const scalar = SCALARS.get(type)
  if (!scalar) throw ggufUnusable('value-unknown', { what: key, value: type })
  return scalar.read(reader)
}

function readArray(reader: ByteReader, key: string, depth: number): MetadataArray {
  if (depth > DEEPEST_ARRAY) throw ggufUnusable('array-too-deep', { what: key, most: DEEPEST_ARRAY })
  const type = reader.u32()
  const length = reader.u64()
  if (length > LONGEST_ARRAY) throw ggufUnusable('count-too-large', { what: key, count: length, most: LONGEST_ARRAY })
  const start = reader.at
  const scalar = SCALARS.get(type)
  const starts: number[] = []
  if (scalar) reader.skip(scalar.bytes * length)
  else if (type === TEXT) {
    for (let index = 0; index < length; index += 1) starts.push(reader.skipText())
    starts.push(reader.at + 8)
  } else if (type === ARRAY) for (let index = 0; index < length; index += 1) readArray(reader, key, depth + 1)
  else throw ggufUnusable('value-unknown', { what: key, value: type })
  return new MetadataArray(reader, type, length, start, starts)
}
