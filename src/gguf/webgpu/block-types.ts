import { halves, orBits, orFifth, orQuarters, quarters, type ReadCodes } from './nibbles'

/** Numbers of a K-quant's block as the kernels read them. */
interface KParts {
  /** Writes the block's part of `q_scale`: s and m of each group in 16 bits, or s as int8. */
  readonly integers: (view: DataView, at: number, to: DataView, toAt: number) => void
  /** Where d lies; dmin follows it in a type with minima. */
  readonly factors: number
  /** Weights of a group. */
  readonly group: 16 | 32
}

/**
 * A GGUF type whose numbers the kernels can read unchanged. A weight is `code * scale + minimum`; in a type without
 * minima that is `(code - zero) * scale`. The places in a block are those of ggml's `block_q4_0` and similar structures
 * (ggml-common.h), as in compiler/thinktab_compiler/gguf_files.
 */
export interface BlockType {
  readonly weights: 32 | 256
  readonly bytes: number
  /** Absent for a type with minima. */
  readonly zero?: number
  readonly codes: ReadCodes
  /** Absent for a type with one f16 scale, and perhaps an f16 minimum behind it, for 32 weights. */
  readonly k?: KParts
}

/** Q5_0, Q5_1: halves, and a word of fifth bits before them. */
const withFifth = (start: number): ReadCodes => {
  const read = halves(start + 4, 16, 16)
  return (view, at, codes) => {
    read(view, at, codes)
    orFifth(view.getUint32(at + start, true), codes)
  }
}

/** int8 as code - 128 */
const signedBytes: ReadCodes = (view, at, codes) => {
  for (let index = 0; index < 8; index += 1) codes[index] = view.getUint32(at + 2 + 4 * index, true) ^ 0x80808080
}

const lowFour = halves(48, 128, 32)
const fiveBits: ReadCodes = (view, at, codes) => {
  lowFour(view, at, codes)
  orBits(view, at + 16, codes, 4)
}

const lowTwo = quarters(32)
const threeBits: ReadCodes = (view, at, codes) => {
  lowTwo(view, at, codes)
  orBits(view, at, codes, 2)
}

const lowOfSix = halves(0, 128, 64)
const sixBits: ReadCodes = (view, at, codes) => {
  lowOfSix(view, at, codes)
  orQuarters(view, at + 128, codes, 4)
}

/** Q4_K, Q5_K: s and m of eight groups, six bits each, in twelve bytes. */
function packedPairs(view: DataView, at: number, to: DataView, toAt: number): void {
  for (let index = 0; index < 4; index += 1) {
    const first = view.getUint8(at + 4 + index)
    const second = view.getUint8(at + 8 + index)
    const third = view.getUint8(at + 12 + index)
    to.setUint16(toAt + 2 * index, (first & 63) | ((second & 63) << 6), true)
    const s = (third & 15) | ((first >>> 6) << 4)
    const m = (third >>> 4) | ((second >>> 6) << 4)
    to.setUint16(toAt + 2 * (index + 4), s | (m << 6), true)
  }
}

/** Q2_K: s and m of sixteen groups, four bits each. */
function bytePairs(view: DataView, at: number, to: DataView, toAt: number): void {
  for (let index = 0; index < 16; index += 1) {
    const both = view.getUint8(at + index)
    to.setUint16(toAt + 2 * index, (both & 15) | ((both >>> 4) << 6), true)
  }
}

/** Q3_K: s of sixteen groups, six bits each and 32 too large, in twelve bytes. */
function packedSigned(view: DataView, at: number, to: DataView, toAt: number): void {
  for (let index = 0; index < 16; index += 1) {
    const low = view.getUint8(at + 96 + (index & 7)) >>> (index < 8 ? 0 : 4)
    const top = view.getUint8(at + 104 + (index & 3)) >>> (2 * (index >>> 2))
    to.setInt8(toAt + index, ((low & 15) | ((top & 3) << 4)) - 32)
  }
}

/** Q6_K: s of sixteen groups as int8. */
function plainSigned(view: DataView, at: number, to: DataView, toAt: number): void {
  for (let index = 0; index < 16; index += 4) to.setUint32(toAt + index, view.getUint32(at + 192 + index, true), true)
}

export type BlockName = 'Q4_0' | 'Q4_1' | 'Q5_0' | 'Q5_1' | 'Q8_0' | 'Q2_K' | 'Q3_K' | 'Q4_K' | 'Q5_K' | 'Q6_K'

export const BLOCK_TYPES: Readonly<Record<BlockName, BlockType>> = {
  Q4_0: { weights: 32, bytes: 18, zero: 8, codes: halves(2, 16, 16) },
  Q4_1: { weights: 32, bytes: 20, codes: halves(4, 16, 16) },
  Q5_0: { weights: 32, bytes: 22, zero: 16, codes: withFifth(2) },
  Q5_1: { weights: 32, bytes: 24, codes: withFifth(4) },
  Q8_0: { weights: 32, bytes: 34, zero: 128, codes: signedBytes },
  Q2_K: { weights: 256, bytes: 84, codes: quarters(16), k: { integers: bytePairs, factors: 80, group: 16 } },
  Q3_K: { weights: 256, bytes: 110, zero: 4, codes: threeBits, k: { integers: packedSigned, factors: 108, group: 16 } },
  Q4_K: { weights: 256, bytes: 144, codes: halves(16, 128, 32), k: { integers: packedPairs, factors: 0, group: 32 } },
  Q5_K: { weights: 256, bytes: 176, codes: fiveBits, k: { integers: packedPairs, factors: 0, group: 32 } },
  Q6_K: { weights: 256, bytes: 210, zero: 32, codes: sixBits, k: { integers: plainSigned, factors: 208, group: 16 } },
}

/** Whether the kernels can read numbers of this type unchanged. */
export const isBlockName = (type: string): type is BlockName => Object.hasOwn(BLOCK_TYPES, type)
