import { expect, it } from 'vitest'
import type { BytesSeal } from './bytes-seal'
import { VaultSecrets } from './vault-secrets'
import type { VaultStore } from './vault-store'

it('tells of a write that failed, and stores it with the next one', async () => {
  const stored = new Map<string, unknown>()
  let isFull = true
  const setSetting = (name: string, value: unknown) => {
    if (isFull) return Promise.reject(new Error('full'))
    stored.set(name, value)
    return Promise.resolve()
  }
  const seal = { close: (_: string, value: unknown) => Promise.resolve(value) }
  const secrets = new VaultSecrets({ setSetting } as unknown as VaultStore, seal as unknown as BytesSeal)
  const told: unknown[] = []
  secrets.storeBy((write) => write().catch((error: unknown) => told.push(error)))
  secrets.set('preset-a', 'first')
  await secrets.written()
  expect([told.length, stored.size, secrets.get('preset-a')]).toEqual([1, 0, 'first'])
  isFull = false
  secrets.set('preset-b', 'second')
  await secrets.written()
  expect(told).toHaveLength(1)
  expect(Object.fromEntries(stored)).toEqual({ 'preset-a': 'first', 'preset-b': 'second' })
})
