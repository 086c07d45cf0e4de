import { ggufUnusable } from '../shared/gguf-problem'

/** The bytes at hand end before the value. It never leaves this room. */
export class NeedMore extends Error {
  /** The place in the file up to which bytes are needed. */
  readonly upTo: number

  constructor(upTo: number) {
    super(`bytes up to ${upTo} are needed`)
    this.upTo = upTo
  }
}

/**
 * Longest string in a header, in bytes. Known chat templates, the longest strings, are at most a tenth of this length.
 */
const LONGEST_TEXT = 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 as text. @param what the text's name, for the error @throws {AppError} `gguf-unusable`, `text-invalid` */
export function decoded(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw ggufUnusable('text-invalid', { what })
  }
}

/** Reads the little-endian values of a header, one after the other. */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly #view: DataView
  /** The position of the next value. */
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  /** Skips this many bytes. @returns the offset of the first @throws {NeedMore} */
  skip(length: number): number {
    const start = this.at
    if (length > this.bytes.length - start) throw new NeedMore(start + length)
    this.at = start + length
    return start
  }

  u8 = (): number => this.#view.getUint8(this.skip(1))
  i8 = (): number => this.#view.getInt8(this.skip(1))
  u16 = (): number => this.#view.getUint16(this.skip(2), true)
  i16 = (): number => this.#view.getInt16(this.skip(2), true)
  u32 = (): number => this.#view.getUint32(this.skip(4), true)
  i32 = (): number => this.#view.getInt32(this.skip(4), true)
  f32 = (): number => this.#view.getFloat32(this.skip(4), true)
  f64 = (): number => this.#view.getFloat64(this.skip(8), true)
  u64 = (): number => exact(this.#view.getBigUint64(this.skip(8), true))
  i64 = (): number => exact(this.#view.getBigInt64(this.skip(8), true))

  /** @throws {AppError} `gguf-unusable` if the byte is neither 0 nor 1 */
  bool = (): boolean => {
    const byte = this.u8()
    if (byte > 1) throw ggufUnusable('value-unknown', { what: 'bool', value: byte })
    return byte === 1
  }

  /** Skips a string, which has its length in bytes before it. @returns the offset of its bytes */
  skipText(): number {
    const length = this.u64()
    if (length > LONGEST_TEXT) throw ggufUnusable('text-too-long', { bytes: length, most: LONGEST_TEXT })
    return this.skip(length)
  }

  /** @param what the text's name, for the error */
  text(what: string): string {
    const start = this.skipText()
    return decoded(this.bytes.subarray(start, this.at), what)
  }
}

/**
 * @throws {AppError} `gguf-unusable` for a value that a number cannot hold exactly: no value in a real file comes near
 * that
 */
function exact(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw ggufUnusable('number-too-large', { what: String(value) })
  return number
}
