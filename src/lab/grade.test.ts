import { describe, expect, it } from 'vitest'
import { isRight, majority } from './grade'

describe('isRight', () => {
  it.each([
    ['42', '42'],
    ['42', '42.0'],
    ['42', '42 apples'],
    ['1234', '1,234'],
    ['-5', '−5'],
    ['9:05', '09:05'],
    ['1/2', '0.5'],
    ['0.5', '\\frac{1}{2}'],
    ['12.50', '$12.5'],
    ['12.50', '12.5元'],
    ['25%', '0.25'],
    ['Paris', 'paris'],
    ['B', 'b'],
  ])('takes %s for %s', (answer, value) => {
    expect(isRight({ answer }, value)).toBe(true)
  })

  it.each([
    ['42', '43'],
    ['42', '4'],
    ['9.9', '9.11'],
    ['9:05', '9:50'],
    ['9:05', '9'],
    ['3', '3 of 4'],
    ['Paris', 'Rome'],
    ['42', undefined],
  ])('does not take %s for %s', (answer, value) => {
    expect(isRight({ answer }, value)).toBe(false)
  })

  it('allows as much as the tolerance says', () => {
    expect(isRight({ answer: '3.14', tolerance: 0.01 }, '3.15')).toBe(true)
    expect(isRight({ answer: '3.14', tolerance: 0.01 }, '3.16')).toBe(false)
  })
})

describe('majority', () => {
  it('is what most say, and among equals what was said first', () => {
    expect(majority(['1', '2', '2'])).toBe('2')
    expect(majority(['1', '2', undefined, undefined, undefined])).toBe('1')
    expect(majority(['b', 'B', 'a'])).toBe('b')
    expect(majority([undefined])).toBeUndefined()
  })
})
