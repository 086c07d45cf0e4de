import { expect, it } from 'vitest'
import { changeSince, decodeLimit, decodeRate, lengthsFor, prefillRate, type Speed } from './speed'

const point = (decodeMs: number) => ({ promptTokens: 100, prefillMs: 50, decodedTokens: 30, decodeMs })
const SPEED: Speed = {
  id: 'a',
  at: 2,
  model: { id: 'big', name: 'Big' },
  engine: 'webgpu',
  adapter: 'x',
  browser: 'Chrome/156',
  weightBytes: 1e9,
  bandwidth: 100e9,
  load: [],
  points: [point(300)],
}

it('gives rates, and the most that the memory allows', () => {
  expect(prefillRate(point(300))).toBe(2000)
  expect(decodeRate(point(300))).toBe(100)
  expect(decodeLimit(SPEED)).toBe(100)
  expect(decodeLimit({ ...SPEED, weightBytes: 1e6 })).toBeUndefined()
  const { bandwidth: _, ...unknown } = SPEED
  expect(decodeLimit(unknown)).toBeUndefined()
})

it('measures lengths that fit', () => {
  expect(lengthsFor(1024, 32)).toEqual([64, 256])
  expect(lengthsFor(4200, 32)).toEqual([64, 256, 1024, 2048, 4096])
  expect(lengthsFor(60, 32)).toEqual([64])
})

it('compares with the last measurement of the same model on the same device', () => {
  const before = { ...SPEED, id: 'b', at: 1, browser: 'Chrome/155', points: [point(240)] }
  const other = { ...before, id: 'c', at: 1.5, adapter: 'y', points: [point(1)] }
  const change = changeSince(SPEED, [SPEED, other, before])
  expect(change?.slower).toBeCloseTo(0.2)
  expect(change?.otherBrowser).toBe(true)
  expect(changeSince(SPEED, [SPEED, other])).toBeUndefined()
})
