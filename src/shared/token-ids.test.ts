import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packIds, unpackIds } from './token-ids'

describe('packed ids', () => {
  it('are what they were', () => {
    const id = fc.oneof(fc.nat(200), fc.nat(2 ** 21), fc.nat(2 ** 28 - 1))
    fc.assert(
      fc.property(fc.array(id), (ids) => {
        expect(unpackIds(packIds(ids))).toEqual(ids)
      }),
    )
  })

  it('take three bytes for an id of a large vocabulary, and a third more as text', () => {
    expect(packIds(Array.from({ length: 3000 }, (_, index) => 100_000 + index))).toHaveLength(12_000)
  })

  it.each(['?', 'gICAgIA=', 'gA=='])('refuse %j', (packed) => {
    expect(unpackIds(packed)).toBeUndefined()
  })
})
