import { describe, expect, it } from 'vitest'
import { outlineOf, tokensBefore } from './outline'

describe('outlineOf', () => {
  it('finds the steps of an English thought, within lines too', () => {
    const thought =
      'Okay, so I need the sum of 3 and 4.\n\nFirst, 3 + 4 = 7. Wait, is that right? Yes.\n\nThe number is odd.\n\n' +
      'Alternatively, count: 4, 5, 6, 7.\n\n1. Check it\n2. **Write** it\n\nSo the answer is 7.'
    const steps = outlineOf(thought)
    expect(steps.map(({ label }) => label)).toEqual([
      'Okay, so I need the sum of 3 and 4.',
      'First, 3 + 4 = 7.',
      'Wait, is that right?',
      'Alternatively, count: 4, 5, 6, 7.',
      '1. Check it',
      '2. Write it',
      'So the answer is 7.',
    ])
    for (const { at, label } of steps) expect(thought.slice(at).replaceAll('*', '')).toMatch(label.slice(0, 8))
  })

  it('finds those of a Chinese one', () => {
    const thought =
      '好，题目问鸡有几只。\n\n首先，设鸡有 x 只。等等，应该先看总数。\n\n另外，也可以假设全是兔子。\n\n因此，鸡有 23 只。'
    expect(outlineOf(thought).map(({ label }) => label)).toEqual([
      '好，题目问鸡有几只。',
      '首先，设鸡有 x 只。',
      '等等，应该先看总数。',
      '另外，也可以假设全是兔子。',
      '因此，鸡有 23 只。',
    ])
  })

  it('takes no word for a step that only begins like one, and no code', () => {
    expect(outlineOf('The plan\nNothing else\nWaiting rooms are full\n```\nWait, code\nfirst\n```')).toHaveLength(1)
    expect(outlineOf('')).toEqual([])
  })

  it('shortens long labels', () => {
    expect(outlineOf(`Wait, ${'very '.repeat(40)}long`)[0]?.label).toMatch(/^Wait, (very )+.*…$/)
  })
})

describe('tokensBefore', () => {
  const marks = [
    [0, 0],
    [100, 20],
    [300, 80],
  ] as const

  it.each([
    [0, 0],
    [50, 10],
    [100, 20],
    [200, 50],
    [300, 80],
    [400, 80],
  ])('at %i: %i', (at, tokens) => {
    expect(tokensBefore(marks, at)).toBe(tokens)
  })
})
