import { expect, it } from 'vitest'
import { Heartbeat, SILENCE_MS, TICK_MS } from './heartbeat'

it('asks again after an answer, and gives up after five seconds of silence', () => {
  const heartbeat = new Heartbeat()
  expect(heartbeat.tick()).toBe('ask')
  expect(heartbeat.tick()).toBe('wait')
  heartbeat.answered()
  expect(heartbeat.tick()).toBe('ask')
  const waits = SILENCE_MS / TICK_MS - 1
  expect(Array.from({ length: waits }, () => heartbeat.tick())).toEqual(Array(waits).fill('wait'))
  expect(heartbeat.tick()).toBe('give up')
})
