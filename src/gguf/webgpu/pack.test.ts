import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import fixture from '../../../test/fixtures/packed-blocks.json'
import { BLOCK_TYPES, isBlockName, type BlockName } from './block-types'
import { fromF16, toF16 } from './f16'
import { layoutOf, LAYOUTS, storedTensors, type LayoutName } from './layouts'
import { packRows, type Target } from './pack'

const { rows, columns, types } = fixture
const inOrder = (index: number): number => index

/** The tensors of one matrix, all zero. */
function emptyTarget(layout: LayoutName): Target {
  return Object.fromEntries(
    storedTensors(layout, columns).map(({ suffix, width }) => [
      suffix,
      new DataView(new ArrayBuffer(4 * rows * width)),
    ]),
  )
}

const blocksOf = (type: BlockName): DataView => {
  const bytes = Buffer.from(types[type].blocks, 'base64')
  // Blocks begin anywhere in a file.
  const moved = new Uint8Array(bytes.length + 3)
  moved.set(bytes, 3)
  return new DataView(moved.buffer, 3)
}

const hashes = (target: Target): Record<string, string> =>
  Object.fromEntries(
    Object.entries(target).map(([suffix, view]) => [
      suffix,
      createHash('sha256').update(new Uint8Array(view.buffer)).digest('hex'),
    ]),
  )

describe('packRows', () => {
  const pairs = Object.entries(types).flatMap(([type, { layouts }]) =>
    Object.entries(layouts).map(([layout, expected]) => ({ type, layout, expected })),
  )

  it.each(pairs)('gives the bytes of the compiler: $type in $layout', ({ type, layout, expected }) => {
    if (!isBlockName(type)) throw new Error(type)
    const target = emptyTarget(layout as LayoutName)
    packRows(blocksOf(type), { what: 'w', type, columns }, layout as LayoutName, target, inOrder)
    expect(hashes(target)).toEqual(expected)
  })

  it('knows every type and layout that the compiler packs', () => {
    expect(Object.keys(types).sort()).toEqual(Object.keys(BLOCK_TYPES).sort())
    for (const [name, { holds }] of Object.entries(LAYOUTS))
      expect([...holds].sort()).toEqual(
        Object.entries(types)
          .flatMap(([type, { layouts }]) => (name in layouts ? [type] : []))
          .sort(),
      )
  })

  it('puts rows where they belong', () => {
    const [straight, turned] = [emptyTarget('q6_k'), emptyTarget('q6_k')]
    const source = { what: 'w', type: 'Q6_K', columns } as const
    packRows(blocksOf('Q6_K'), source, 'q6_k', straight, inOrder)
    packRows(blocksOf('Q6_K'), source, 'q6_k', turned, (index) => 1 - index)
    for (const suffix of ['q_weight', 'q_scale', 'q_super'] as const) {
      const [one, other] = [straight, turned].map(
        (target) => new Uint8Array(target[suffix]?.buffer ?? new ArrayBuffer()),
      )
      const half = (one?.length ?? 0) / 2
      expect(one?.subarray(0, half)).toEqual(other?.subarray(half))
      expect(one?.subarray(half)).toEqual(other?.subarray(0, half))
    }
  })

  it.each(['Q4_0', 'Q4_1', 'Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K'] as const)(
    'refuses a factor of %s that is no finite number',
    (type) => {
      for (const layout of [layoutOf([type]), 'q8_mixed'] as const) {
        if (!layout) throw new Error(type)
        const blocks = blocksOf(type)
        const { bytes, k } = BLOCK_TYPES[type]
        // in the last block of the first row
        const { weights } = BLOCK_TYPES[type]
        blocks.setUint16((columns / weights - 1) * bytes + (k?.factors ?? 0), 0x7c00, true)
        const pack = () => packRows(blocks, { what: 'blk.0.w', type, columns }, layout, emptyTarget(layout), inOrder)
        expect(pack).toThrow(
          expect.objectContaining({
            code: 'gguf-unusable',
            details: { reason: 'numbers-invalid', what: 'blk.0.w' },
          }) as Error,
        )
      }
    },
  )
})

describe('layoutOf', () => {
  it('finds the smallest layout for one type, and for several', () => {
    expect(layoutOf(['Q4_K'])).toBe('q4_k')
    expect(layoutOf(['Q4_K', 'Q4_K', 'Q6_K'])).toBe('q8_mixed')
    expect(layoutOf(['Q4_0', 'Q4_1'])).toBe('q4_1')
    expect(layoutOf(['Q5_0', 'Q8_0'])).toBe('q8_0')
    expect(layoutOf(['F16'])).toBeUndefined()
    expect(layoutOf(['Q4_K', 'IQ4_XS'])).toBeUndefined()
  })
})

describe('f16', () => {
  it('reads and writes every finite number', () => {
    for (let bits = 0; bits < 65_536; bits += 1)
      if (((bits >>> 10) & 31) !== 31) expect(toF16(fromF16(bits, ''), '')).toBe(bits)
  })

  it('refuses what is too large, and what is no number', () => {
    expect(() => toF16(65_536, 'w')).toThrow(/numbers-invalid/)
    expect(() => fromF16(0xfc00, 'w')).toThrow(/numbers-invalid/)
    expect(() => fromF16(0x7e01, 'w')).toThrow(/numbers-invalid/)
  })
})
