import { describe, expect, it } from 'vitest'
import { mcnemar, median, wilson } from './statistics'

describe('wilson', () => {
  // Newcombe 1998, table I: 81 of 263 and 15 of 148.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [29, 29, 0.883, 1],
  ])('of %i in %i', (right, total, low, high) => {
    const share = wilson(right, total)
    expect(share.low).toBeCloseTo(low, 4)
    expect(share.high).toBeCloseTo(high, 4)
  })

  it('says nothing about no questions', () => {
    expect(wilson(0, 0)).toMatchObject({ low: 0, high: 1 })
  })
})

describe('mcnemar', () => {
  it.each([
    [0, 0, 1],
    [5, 5, 1],
    [0, 5, 0.0625],
    [1, 9, 22 / 1024],
    [9, 1, 22 / 1024],
  ])('%i against %i', (a, b, p) => {
    expect(mcnemar(a, b)).toBeCloseTo(p, 10)
  })

  it('holds for thousands', () => {
    expect(mcnemar(4000, 4200)).toBeGreaterThan(0.02)
    expect(mcnemar(4000, 4200)).toBeLessThan(0.04)
  })
})

it('finds the median', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeUndefined()
})
