import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestRate } from './rate'

const MEBIBYTE = 1024 * 1024
const FULL = 256 * MEBIBYTE

/**
 * A machine on which work takes its exact time: a fixed time for each run, and a rate that may depend on the amount.
 */
function machine(rate: (bytes: number, run: number) => number, fixedMs = 0) {
  let time = 0
  const amounts: number[] = []
  const work = (bytes: number) => {
    amounts.push(bytes)
    time += fixedMs + (bytes / rate(bytes, amounts.length)) * 1000
    return Promise.resolve()
  }
  const measure = (signal = new AbortController().signal) =>
    bestRate(work, { fullBytes: FULL, signal, now: () => time })
  return { amounts, measure, elapsed: () => time }
}

describe('bestRate', () => {
  it('finds the rate of machines between the slowest and the fastest, within its time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 50e6, max: 4e12, noNaN: true }), async (rate) => {
        const { measure, elapsed } = machine(() => rate)
        expect(await measure()).toBeCloseTo(rate, -rate / 1e3)
        expect(elapsed()).toBeLessThan(1500)
      }),
    )
  })

  it('is not misled by a wait that every run has', async () => {
    const { measure } = machine(() => 1e12, 2)
    expect(await measure()).toBeGreaterThan(0.94e12)
  })

  it('counts the fastest of the runs', async () => {
    const { measure } = machine((_bytes, run) => (run % 3 === 0 ? 100e9 : 30e9))
    expect(await measure()).toBeCloseTo(100e9, -3)
  })

  it('does not take the rate of a cache for that of the memory', async () => {
    const { measure, amounts } = machine((bytes) => (bytes <= 96 * MEBIBYTE ? 900e9 : 100e9))
    expect(await measure()).toBeCloseTo(100e9, -3)
    expect(amounts.at(-1)).toBeGreaterThanOrEqual(FULL)
  })

  it('ends when it is aborted', async () => {
    const controller = new AbortController()
    const { measure, amounts } = machine(() => {
      if (amounts.length === 3) controller.abort()
      return 1e9
    })
    await expect(measure(controller.signal)).rejects.toThrow('aborted')
    expect(amounts).toHaveLength(3)
  })
})
