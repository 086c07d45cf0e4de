import { expect, it } from 'vitest'
import { processorFit } from './processor-fit'

const GIGABYTE = 1e9
const device = { memoryLimit: 3 * GIGABYTE, threads: 4, bytesPerSecond: 4 * GIGABYTE }

it.each([
  ['fast', 1, 0.5, device, 'fits', []],
  ['slower than people read', 2, 2, device, 'tight', ['slow']],
  ['useless', 2.9, 2.8, { ...device, bytesPerSecond: 2 * GIGABYTE }, 'no', ['slow']],
  ['too large', 3.1, 0.5, device, 'no', ['little-memory']],
  ['not measured', 1, 0.5, { ...device, bytesPerSecond: undefined }, 'unknown', []],
])('judges what is %s', (_name, need, weights, facts, verdict, reasons) => {
  const fit = processorFit(need * GIGABYTE, weights * GIGABYTE, facts)
  expect([fit.verdict, fit.reasons.map(({ kind }) => kind)]).toEqual([verdict, reasons])
})

it('expects more of more threads, but not in proportion', () => {
  const rate = (threads: number) =>
    processorFit(GIGABYTE, GIGABYTE, { ...device, threads, bytesPerSecond: undefined }).speed?.tokensPerSecond ?? NaN
  expect(rate(4)).toBeGreaterThan(2 * rate(1))
  expect(rate(4)).toBeLessThan(4 * rate(1))
})
