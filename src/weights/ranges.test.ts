import { describe, expect, it } from 'vitest'
import { cut, gapsBetween, type Range } from './ranges'

const range = (start: number, end: number): Range => ({ start, end })

describe('gapsBetween', () => {
  it.each<readonly [string, Range[], Range[]]>([
    ['nothing stored', [], [range(0, 10)]],
    ['everything stored', [range(0, 10)], []],
    ['neighbours', [range(0, 4), range(4, 10)], []],
    ['the first and the last missing', [range(1, 9)], [range(0, 1), range(9, 10)]],
    ['the middle missing', [range(0, 2), range(5, 6), range(9, 10)], [range(2, 5), range(6, 9)]],
  ])('finds them with %s', (_, stored, gaps) => {
    expect(gapsBetween(stored, 10)).toEqual(gaps)
  })
})

describe('cut', () => {
  it('makes pieces of nearly one size, and none above the limit', () => {
    expect(cut([range(0, 10)], 4)).toEqual([range(0, 4), range(4, 8), range(8, 10)])
    expect(cut([range(0, 5), range(7, 8)], 4)).toEqual([range(0, 3), range(3, 5), range(7, 8)])
    expect(cut([range(3, 7)], 4)).toEqual([range(3, 7)])
  })
})
