import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { trackTimers } from './timers'

/** A realm with its own timers, so that the test's timers are not counted. */
function realm() {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis
  return { setTimeout, setInterval, clearTimeout, clearInterval } as unknown as Parameters<typeof trackTimers>[0] &
    typeof globalThis
}

it('waits for timers, and for those that promises set when one has ended', async () => {
  const own = realm()
  const idle = trackTimers(own)
  const said: number[] = []
  const script = async () => {
    for (const step of [1, 2, 3]) {
      await new Promise((resolve) => own.setTimeout(resolve, 5))
      said.push(step)
    }
  }
  void script()
  await idle()
  expect(said).toEqual([1, 2, 3])
})

it('waits for an interval until it is cleared', async () => {
  const own = realm()
  const idle = trackTimers(own)
  const id = own.setInterval(() => undefined, 1)
  let ended = false
  const end = idle().then(() => (ended = true))
  await delay(30)
  expect(ended).toBe(false)
  own.clearInterval(id)
  await end
  expect(ended).toBe(true)
})
