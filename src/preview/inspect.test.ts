import { describe, expect, it } from 'vitest'
import { inspect, inspectAll } from './inspect'

class Point {
  readonly x = 1
}

describe('values as text', () => {
  it.each([
    ['a', '"a"'],
    [1, '1'],
    [-0, '-0'],
    [10n, '10n'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [[1, 'a', [2]], '[1, "a", [2]]'],
    [{ a: 1, 'b c': { d: [] } }, '{ a: 1, "b c": { d: [] } }'],
    [{}, '{}'],
    [new Point(), 'Point { x: 1 }'],
    [new TypeError('bad'), 'TypeError: bad'],
    [new Map([['k', 1]]), 'Map(1) {"k" => 1}'],
    [new Set([1]), 'Set(1) {1}'],
    [new Uint8Array([1, 2]), 'Uint8Array [1, 2]'],
    [/a/g, '/a/g'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [function named() {}, 'ƒ named()'],
    [Point, 'class Point'],
    [{ a: { b: { c: { d: 1 } } } }, '{ a: { b: { c: {…} } } }'],
  ])('%# is %s', (value, text) => {
    expect(inspect(value)).toBe(text)
  })

  it('survives circles, getters that throw and endless iterables', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(inspect(circle)).toBe('{ self: [circular] }')
    const thrower = {
      get x(): number {
        throw new Error('no')
      },
    }
    expect(inspect(thrower)).toBe('[?]')
    expect(inspect(new Array(1000).fill(0))).toMatch(/^\[0, .*, … 950 more\]$/)
    expect(inspect('x'.repeat(100_000)).length).toBeLessThanOrEqual(12_000)
  })

  it('shows strings of a call as they are', () => {
    expect(inspectAll(['a', 1, { b: 'c' }])).toBe('a 1 { b: "c" }')
  })
})
