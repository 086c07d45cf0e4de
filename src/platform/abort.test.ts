import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { delay, unlessAborted, withAbort } from './abort'

const REASON = new Error('enough')
let controller: AbortController
beforeEach(() => {
  controller = new AbortController()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('withAbort', () => {
  it('calls stop once, with the reason, while the task goes on', async () => {
    const stop = vi.fn()
    const result = withAbort(controller.signal, stop, async () => {
      controller.abort(REASON)
      await Promise.resolve()
      return 3
    })
    expect(await result).toBe(3)
    expect(stop.mock.calls).toEqual([[REASON]])
  })

  it.each(['succeeded', 'failed'])('does not call it after the task has %s', async (end) => {
    const stop = vi.fn()
    const task = () => (end === 'failed' ? Promise.reject(REASON) : Promise.resolve())
    await withAbort(controller.signal, stop, task).catch(() => undefined)
    controller.abort()
    expect(stop).not.toHaveBeenCalled()
  })
})

describe('unlessAborted', () => {
  it('gives what the promise gives, or fails as it does', async () => {
    expect(await unlessAborted(controller.signal, Promise.resolve(3))).toBe(3)
    await expect(unlessAborted(controller.signal, Promise.reject(REASON))).rejects.toBe(REASON)
  })

  it('fails with the reason of the signal, before and while it waits', async () => {
    const waiting = unlessAborted(controller.signal, new Promise(() => undefined))
    controller.abort(REASON)
    await expect(waiting).rejects.toBe(REASON)
    await expect(unlessAborted(controller.signal, Promise.resolve(3))).rejects.toBe(REASON)
  })
})

describe('delay', () => {
  it('lasts as long as it is told, and leaves no timer when it is aborted', async () => {
    const ended = vi.fn()
    const first = delay(100, controller.signal).then(ended)
    await vi.advanceTimersByTimeAsync(99)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await first
    const second = delay(100, controller.signal)
    controller.abort(REASON)
    await expect(second).rejects.toBe(REASON)
    expect(vi.getTimerCount()).toBe(0)
  })
})
