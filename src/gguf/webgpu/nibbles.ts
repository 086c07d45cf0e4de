/** Lanes of a u32 word: four codes, the first in the lowest byte. */
const LOW = 0x0f0f0f0f
const PAIR = 0x03030303
const BIT = 0x01010101

/** Reads the codes of a block. @param at where the block begins @param codes four a word */
export type ReadCodes = (view: DataView, at: number, codes: Uint32Array) => void

const word = (view: DataView, at: number): number => view.getUint32(at, true)

/** `bytes` with two codes each: of each `run` bytes first the low halves, then the high ones. */
export function halves(start: number, bytes: number, run: number): ReadCodes {
  const words = run / 4
  return (view, at, codes) => {
    let to = 0
    for (let from = at + start; from < at + start + bytes; from += run, to += 2 * words)
      for (let index = 0; index < words; index += 1) {
        const both = word(view, from + 4 * index)
        codes[to + index] = both & LOW
        codes[to + words + index] = (both >>> 4) & LOW
      }
  }
}

/** 64 bytes with four codes each: of each 32 bytes the lowest pairs of bits, then the next ones. */
export function quarters(start: number): ReadCodes {
  return (view, at, codes) => {
    orQuarters(view, at + start, codes.fill(0, 0, 64), 0)
  }
}

/** The same with the pairs of bits put on top of the codes that are there. */
export function orQuarters(view: DataView, at: number, codes: Uint32Array, shift: number): void {
  for (let half = 0; half < 2; half += 1)
    for (let index = 0; index < 8; index += 1) {
      const four = word(view, at + 32 * half + 4 * index)
      for (let pair = 0; pair < 4; pair += 1) {
        const to = 32 * half + 8 * pair + index
        codes[to] = (codes[to] ?? 0) | (((four >>> (2 * pair)) & PAIR) << shift)
      }
    }
}

/** Adds a bit on top of each code, from 32 bytes of which bit g is for the weights from 32 g on. */
export function orBits(view: DataView, at: number, codes: Uint32Array, shift: number): void {
  for (let index = 0; index < 8; index += 1) {
    const eight = word(view, at + 4 * index)
    for (let group = 0; group < 8; group += 1) {
      const to = 8 * group + index
      codes[to] = (codes[to] ?? 0) | (((eight >>> group) & BIT) << shift)
    }
  }
}

/** Adds a fifth bit to each of 32 codes, from one word of which bit i is for weight i. */
export function orFifth(bits: number, codes: Uint32Array): void {
  for (let index = 0; index < 8; index += 1) {
    const four = bits >>> (4 * index)
    const lanes = (four & 1) | ((four & 2) << 7) | ((four & 4) << 14) | ((four & 8) << 21)
    codes[index] = (codes[index] ?? 0) | (lanes << 4)
  }
}
