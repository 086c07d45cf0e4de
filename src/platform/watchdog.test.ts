import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Watchdog } from './watchdog'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('barks once after the limit, and never while it rests', () => {
  const bark = vi.fn()
  const dog = new Watchdog(bark)
  dog.watch(12_000)
  vi.advanceTimersByTime(11_999)
  expect(bark).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(bark).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(60_000)
  expect(bark).toHaveBeenCalledOnce()
  dog.watch(12_000)
  vi.advanceTimersByTime(6000)
  dog.watch(12_000)
  vi.advanceTimersByTime(11_000)
  dog.rest()
  vi.advanceTimersByTime(60_000)
  expect(bark).toHaveBeenCalledOnce()
})

it('takes a sleep of hours for one look', () => {
  // After a sleep a browser runs each timer that is due once.
  const timers: (() => void)[] = []
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((callback) => {
    timers.push(callback)
    return 0 as never
  })
  const bark = vi.fn()
  new Watchdog(bark).watch(60_000)
  for (let looks = 1; looks < 12; looks += 1) {
    timers.shift()?.()
    expect(bark).not.toHaveBeenCalled()
  }
  timers.shift()?.()
  expect(bark).toHaveBeenCalledOnce()
})
