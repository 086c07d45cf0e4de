import { BLOCK_TYPES, type BlockName, type BlockType } from './block-types'
import { fromF16, toF16 } from './f16'
import { LAYOUTS, type Layout, type LayoutName, type StoredTensor } from './layouts'

/** The tensors of a matrix, to be written: each a view of its bytes. */
export type Target = Readonly<Partial<Record<StoredTensor['suffix'], DataView>>>

/** A matrix of a file, or the part of a fused matrix that is a tensor of its own there. */
interface Source {
  /** Its name, for errors. */
  readonly what: string
  readonly type: BlockName
  readonly columns: number
}

/** Weights of a group in the layout for matrices of several types. */
const MIXED_GROUP = 16

/**
 * Writes rows of blocks into the tensors of a layout that holds their type. Every number stays the same.
 *
 * @param rows whole rows as the file has them
 * @param rowOf the row of the matrix that the row of this index becomes
 * @throws {AppError} `gguf-unusable`, `numbers-invalid` if a scale is not a finite number
 */
export function packRows(
  rows: DataView,
  source: Source,
  layout: LayoutName,
  target: Target,
  rowOf: (index: number) => number,
): void {
  const type = BLOCK_TYPES[source.type]
  const blocks = source.columns / type.weights
  const writer = new BlockWriter(type, LAYOUTS[layout], blocks, target, source.what)
  const count = rows.byteLength / (blocks * type.bytes)
  for (let index = 0, at = 0; index < count; index += 1) {
    const row = rowOf(index)
    for (let block = 0; block < blocks; block += 1, at += type.bytes) writer.write(rows, at, row, block)
  }
}

/** Writes the blocks of one type into the tensors of one layout. */
class BlockWriter {
  readonly #type: BlockType
  readonly #layout: Layout
  readonly #blocks: number
  readonly #what: string
  readonly #target: Readonly<Record<StoredTensor['suffix'], DataView>>
  /** Four a word. */
  readonly #codes: Uint32Array
  /** Added to four codes, where the layout has another zero than the type. */
  readonly #shift: number
  readonly #integers = new DataView(new ArrayBuffer(32))
  readonly #beside: (rows: DataView, at: number, row: number, block: number) => void

  constructor(type: BlockType, layout: Layout, blocks: number, target: Target, what: string) {
    const none = new DataView(new ArrayBuffer(0))
    this.#type = type
    this.#layout = layout
    this.#blocks = blocks
    this.#what = what
    this.#target = { q_weight: none, q_scale: none, q_min: none, q_super: none, ...target }
    this.#codes = new Uint32Array(type.weights / 4)
    this.#shift = layout.zero === undefined ? 0 : (layout.zero - (type.zero ?? 0)) * 0x01010101
    if (layout.unit === MIXED_GROUP) this.#beside = type.k ? this.#mixedOfK : this.#mixedOf32
    else this.#beside = type.k ? this.#factors : this.#scale
  }

  /** @param at where the block begins @param row of the matrix @param block of the row */
  write(rows: DataView, at: number, row: number, block: number): void {
    const codes = this.#codes
    this.#type.codes(rows, at, codes)
    const { q_weight: to } = this.#target
    const words = (this.#type.weights * this.#layout.bits) / 32
    let word = 4 * (row * this.#blocks + block) * words
    if (this.#layout.bits === 8)
      for (const four of codes) {
        to.setUint32(word, four + this.#shift, true)
        word += 4
      }
    else
      for (let index = 0; index < codes.length; index += 2, word += 4)
        to.setUint32(word, inNibbles(codes[index] ?? 0) | (inNibbles(codes[index + 1] ?? 0) << 16), true)
    this.#beside(rows, at, row, block)
  }

  /** An f16 scale of 32 weights, and an f16 minimum in a layout that has one. */
  #scale = (rows: DataView, at: number, row: number, block: number): void => {
    const { zero } = this.#type
    const to = 2 * (row * evenly(this.#blocks) + block)
    const scale = this.#finite(rows, at)
    this.#target.q_scale.setUint16(to, rows.getUint16(at, true), true)
    if (this.#layout.zero !== undefined) return
    const minimum = zero === undefined ? this.#finite(rows, at + 2) : -zero * scale
    this.#target.q_min.setUint16(to, toF16(minimum, this.#what), true)
  }

  /** The integers and factors of a K-quant as they are. */
  #factors = (rows: DataView, at: number, row: number, block: number): void => {
    const { k, zero } = this.#type
    if (!k) return
    const { q_scale: integers, q_super: factors } = this.#target
    const from = at + k.factors
    this.#finite(rows, from)
    const bytes = zero === undefined ? (2 * 256) / k.group : 256 / k.group
    k.integers(rows, at, integers, bytes * (row * this.#blocks + block))
    if (zero !== undefined) {
      factors.setUint16(2 * (row * evenly(this.#blocks) + block), rows.getUint16(from, true), true)
      return
    }
    this.#finite(rows, from + 2)
    factors.setUint32(4 * (row * this.#blocks + block), rows.getUint32(from, true), true)
  }

  /** Scale and minimum of each 16 weights in f32. */
  #mixedOf32 = (rows: DataView, at: number, row: number, block: number): void => {
    const { zero } = this.#type
    const scale = this.#finite(rows, at)
    const minimum = zero === undefined ? this.#finite(rows, at + 2) : scale * -zero
    const first = 2 * (row * this.#blocks + block)
    for (const group of [first, first + 1]) this.#setMixed(group, scale, minimum)
  }

  #mixedOfK = (rows: DataView, at: number, row: number, block: number): void => {
    const { k, zero } = this.#type
    if (!k) return
    k.integers(rows, at, this.#integers, 0)
    const d = this.#finite(rows, at + k.factors)
    const dmin = zero === undefined ? this.#finite(rows, at + k.factors + 2) : 0
    const first = MIXED_GROUP * (row * this.#blocks + block)
    for (let index = 0; index < MIXED_GROUP; index += 1) {
      const group = k.group === 32 ? index >>> 1 : index
      if (zero === undefined) {
        const both = this.#integers.getUint16(2 * group, true)
        this.#setMixed(first + index, d * (both & 63), -(dmin * (both >>> 6)))
      } else {
        const scale = d * this.#integers.getInt8(group)
        this.#setMixed(first + index, scale, scale * -zero)
      }
    }
  }

  #setMixed(group: number, scale: number, minimum: number): void {
    this.#target.q_scale.setFloat32(4 * group, scale, true)
    this.#target.q_min.setFloat32(4 * group, minimum, true)
  }

  #finite(rows: DataView, at: number): number {
    return fromF16(rows.getUint16(at, true), this.#what)
  }
}

/** Four codes of four bits in the lower half of a word, the first in the lowest bits. */
function inNibbles(four: number): number {
  const two = (four | (four >>> 4)) & 0x00ff00ff
  return (two | (two >>> 8)) & 0xffff
}

/** f16 numbers of a row, which has whole words. */
const evenly = (count: number): number => count + (count % 2)
