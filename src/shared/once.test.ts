import { expect, test, vi } from 'vitest'
import { once, onceArrived } from './once'

test('fetches once for all who ask, and again after a failure', async () => {
  const load = vi.fn<() => Promise<string>>()
  load.mockRejectedValueOnce(new Error('offline')).mockResolvedValue('chunk')
  const chunk = once(load)
  const failed = chunk()
  expect(chunk()).toBe(failed)
  await expect(failed).rejects.toThrow('offline')
  expect(await chunk()).toBe('chunk')
  expect(await chunk()).toBe('chunk')
  expect(load).toHaveBeenCalledTimes(2)
})

test('is the value itself once it has arrived', async () => {
  const load = vi.fn<() => Promise<string>>().mockResolvedValue('chunk')
  const chunk = onceArrived(load)
  const first = chunk()
  expect(first).toBeInstanceOf(Promise)
  await first
  expect(chunk()).toBe('chunk')
  expect(load).toHaveBeenCalledTimes(1)
})
