import { describe, expect, it } from 'vitest'
import { FoundAgain } from './found-again'

describe('values found again by a list of keys', () => {
  const counting = (most: number) => {
    const known = new FoundAgain<unknown, string>(most)
    let made = 0
    return (...keys: unknown[]) => known.get(keys, () => `${(made += 1)}`)
  }

  it('are made once', () => {
    const get = counting(10)
    const [a, b] = [{}, {}]
    expect([get(a, b), get(b, a), get(a, b), get(a, a), get(b, a)]).toEqual(['1', '2', '1', '3', '2'])
  })

  it('are the right ones whatever the order that they are asked for in', () => {
    const get = counting(10)
    const asked = [1, 2, 3, 1, 2, 3, 1, 3, 2, 1, 2, 2, 3, 1]
    expect(asked.map((key) => get(key))).toEqual(asked.map(String))
  })

  it('need no keys', () => {
    const get = counting(10)
    expect([get(), get()]).toEqual(['1', '1'])
  })

  it('are all forgotten when one more comes than are kept', () => {
    const get = counting(2)
    expect([get(1), get(2), get(1), get(3), get(3), get(1)]).toEqual(['1', '2', '1', '3', '3', '4'])
  })

  it('may be forgotten while one is made, which is kept', () => {
    const known = new FoundAgain<number, string>(10)
    known.get([1], () => 'old')
    const forgetful = () => {
      known.forget()
      return 'new'
    }
    expect(known.get([2], forgetful)).toBe('new')
    expect(known.get([2], () => 'again')).toBe('new')
    expect(known.get([1], () => 'again')).toBe('again')
  })
})
