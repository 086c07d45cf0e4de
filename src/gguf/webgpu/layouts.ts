import type { BlockName } from './block-types'

/** A tensor of a matrix as the kernels read it. */
export interface StoredTensor {
  readonly suffix: 'q_weight' | 'q_scale' | 'q_min' | 'q_super'
  readonly dtype: 'uint32' | 'float32'
  /** Numbers of a row, four bytes each. */
  readonly width: number
}

/**
 * How the kernels read a matrix: compiler/thinktab_compiler/codecs has the same layouts, and a test holds the bytes of
 * both against each other.
 */
export interface Layout {
  /** Of a code. */
  readonly bits: 4 | 8
  /** A row has a multiple of so many weights. */
  readonly unit: 16 | 32 | 256
  /** The code of the weight 0, where all groups have the same. */
  readonly zero?: number
  /** The types whose numbers it holds unchanged. */
  readonly holds: readonly BlockName[]
  /** The tensors beside the codes, for rows of this many weights. */
  readonly beside: (columns: number) => readonly StoredTensor[]
}

/** f16 numbers share words by twos. */
const inPairs = (suffix: StoredTensor['suffix'], count: number): StoredTensor => {
  return { suffix, dtype: 'uint32', width: Math.ceil(count / 2) }
}
const words = (suffix: StoredTensor['suffix'], width: number): StoredTensor => ({ suffix, dtype: 'uint32', width })
const floats = (suffix: StoredTensor['suffix'], width: number): StoredTensor => ({ suffix, dtype: 'float32', width })

const withScale = (columns: number) => [inPairs('q_scale', columns / 32)]
/** s and m of a group in 16 bits; d and dmin of 256 weights in a word. */
const withMinima = (group: number) => (columns: number) => [
  words('q_scale', columns / group / 2),
  words('q_super', columns / 256),
]
/** s of 16 weights in a byte; d of 256 weights as f16. */
const signed = (columns: number) => [words('q_scale', columns / 64), inPairs('q_super', columns / 256)]

const K_NAMES = ['Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K'] as const

export type LayoutName = 'q4_0' | 'q4_1' | 'q8_0' | 'q2_k' | 'q3_k' | 'q4_k' | 'q5_k' | 'q6_k' | 'q8_mixed'

/** From the smallest to the largest. */
export const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  q4_0: { bits: 4, unit: 32, zero: 8, holds: ['Q4_0'], beside: withScale },
  q4_1: {
    bits: 4,
    unit: 32,
    holds: ['Q4_0', 'Q4_1'],
    beside: (columns) => [inPairs('q_scale', columns / 32), inPairs('q_min', columns / 32)],
  },
  q8_0: { bits: 8, unit: 32, zero: 128, holds: ['Q4_0', 'Q5_0', 'Q8_0'], beside: withScale },
  q2_k: { bits: 4, unit: 256, holds: ['Q2_K'], beside: withMinima(16) },
  q3_k: { bits: 4, unit: 256, zero: 4, holds: ['Q3_K'], beside: signed },
  q4_k: { bits: 4, unit: 256, holds: ['Q4_K'], beside: withMinima(32) },
  q5_k: { bits: 8, unit: 256, holds: ['Q5_K'], beside: withMinima(32) },
  q6_k: { bits: 8, unit: 256, zero: 32, holds: ['Q6_K'], beside: signed },
  q8_mixed: {
    bits: 8,
    unit: 16,
    holds: ['Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', ...K_NAMES],
    beside: (columns) => [floats('q_scale', columns / 16), floats('q_min', columns / 16)],
  },
}

/** The smallest layout that holds matrices of all these types unchanged. */
export function layoutOf(types: readonly string[]): LayoutName | undefined {
  const names = Object.keys(LAYOUTS) as LayoutName[]
  return names.find((name) => types.every((type) => (LAYOUTS[name].holds as readonly string[]).includes(type)))
}

/** All tensors of a matrix, in the order of the kernels' parameters. */
export function storedTensors(layout: LayoutName, columns: number): readonly StoredTensor[] {
  const { bits, beside } = LAYOUTS[layout]
  return [words('q_weight', (columns * bits) / 32), ...beside(columns)]
}
