import { expect, it, vi } from 'vitest'
import type { EngineCapabilities } from '../../engine/engine'
import { SettingsStore } from '../../platform/settings-store'
import { DeviceCheck } from './device-check.svelte'
import type { SelfTest } from './self-test.svelte'

it('waits until the GPU is known before it looks up what was measured there', async () => {
  const settings = new SettingsStore()
  settings.set('bandwidth:slow to start', '5')
  const selfTest = { recall: vi.fn(() => Promise.resolve()), verdicts: { f32: { passed: true } } }
  const known: EngineCapabilities[] = []
  let tell: () => void = () => undefined
  const probed = new Promise<void>((resolve) => (tell = resolve))
  const check = new DeviceCheck({
    probed: () => probed,
    capabilities: () => known[0],
    settings,
    selfTest: selfTest as unknown as SelfTest,
  })
  const opened = check.open()
  await new Promise((resolve) => setTimeout(resolve))
  expect(selfTest.recall).not.toHaveBeenCalled()
  known.push({ adapter: 'slow to start', f16: false, software: false, limits: {} })
  tell()
  await opened
  expect(selfTest.recall).toHaveBeenCalledOnce()
  expect(check.device).toMatchObject({ bandwidthBytesPerSecond: 5, computesRight: { f32: true } })
})
