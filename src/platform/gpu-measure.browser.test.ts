import { afterEach, describe, expect, it, vi } from 'vitest'
import { measureBandwidth, probeMemory } from './gpu-measure'

const MEBIBYTE = 1024 * 1024
const { signal } = new AbortController()

/** Records every device opened from now on and whether it was destroyed; `change` alters each device. */
function watchDevices(change: (device: GPUDevice) => void = () => undefined) {
  const destroyed: boolean[] = []
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the adapter as `this` below
  const original = GPUAdapter.prototype.requestDevice
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (this: GPUAdapter, descriptor) {
    const device = await original.call(this, descriptor)
    const index = destroyed.push(false) - 1
    void device.lost.then(() => (destroyed[index] = true))
    change(device)
    return device
  })
  return destroyed
}

/** Makes the device refuse a buffer that would bring all buffers above this many bytes, as a full GPU does. */
function limitMemory(device: GPUDevice, mostBytes: number) {
  let total = 0
  const { limits } = device
  const create = device.createBuffer.bind(device)
  device.createBuffer = (descriptor) => {
    // A size beyond the limit causes an error of the same scopes as a lack of memory.
    if (total + descriptor.size > mostBytes) return create({ ...descriptor, size: limits.maxBufferSize + 4 })
    total += descriptor.size
    return create(descriptor)
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('measureBandwidth', () => {
  it('finds a plausible rate within its time', { timeout: 30_000 }, async () => {
    const destroyed = watchDevices()
    const started = performance.now()
    const rate = await measureBandwidth(signal)
    const seconds = (performance.now() - started) / 1000
    console.info(`bandwidth ${((rate ?? 0) / 1e9).toFixed(2)} GB/s in ${seconds.toFixed(2)} s`)
    // A wrong unit is a factor of a thousand; a busy machine without a GPU reaches 30 MB a second.
    expect(rate).toBeGreaterThan(1e6)
    expect(rate).toBeLessThan(20e12)
    // The budget is 1.5 s; compiling, filling the buffer and a busy machine come on top.
    expect(seconds).toBeLessThan(20)
    await vi.waitFor(() => expect(destroyed).toEqual([true]), 10_000)
  })

  it('makes do with a smaller buffer, and gives up without one', { timeout: 30_000 }, async () => {
    watchDevices((device) => limitMemory(device, 200 * MEBIBYTE))
    await expect(measureBandwidth(signal)).resolves.toBeGreaterThan(1e6)
    vi.restoreAllMocks()
    const destroyed = watchDevices((device) => limitMemory(device, 32 * MEBIBYTE))
    await expect(measureBandwidth(signal)).resolves.toBeUndefined()
    await vi.waitFor(() => expect(destroyed).toEqual([true]), 10_000)
  })

  it('gives no rate for work that was refused', { timeout: 30_000 }, async () => {
    watchDevices((device) => {
      const create = device.createShaderModule.bind(device)
      device.createShaderModule = (descriptor) => create({ ...descriptor, code: 'fn broken(' })
    })
    await expect(measureBandwidth(signal)).resolves.toBeUndefined()
  })

  it('ends when aborted, and gives the device back', async () => {
    const controller = new AbortController()
    const destroyed = watchDevices(() => setTimeout(() => controller.abort(), 20))
    await expect(measureBandwidth(controller.signal)).rejects.toThrow('aborted')
    await vi.waitFor(() => expect(destroyed).toEqual([true]), 10_000)
  })

  it('tells when the device is lost', async () => {
    watchDevices((device) => setTimeout(() => device.destroy(), 20))
    await expect(measureBandwidth(signal)).rejects.toMatchObject({ code: 'device-lost' })
  })
})

describe('probeMemory', () => {
  it('finds the memory that is there, and gives it back', { timeout: 30_000 }, async () => {
    const destroyed = watchDevices()
    for (let round = 0; round < 3; round += 1)
      expect(await probeMemory(300 * MEBIBYTE + 2, signal)).toEqual({ bytes: 300 * MEBIBYTE + 2, exhausted: false })
    await vi.waitFor(() => expect(destroyed).toEqual([true, true, true]), 10_000)
  })

  it('stops where memory ends', { timeout: 30_000 }, async () => {
    const destroyed = watchDevices((device) => limitMemory(device, 300 * MEBIBYTE))
    expect(await probeMemory(600 * MEBIBYTE, signal)).toEqual({ bytes: 256 * MEBIBYTE, exhausted: true })
    await vi.waitFor(() => expect(destroyed).toEqual([true]), 10_000)
  })

  it('counts what it had when the driver takes the device away', { timeout: 30_000 }, async () => {
    watchDevices((device) => {
      const create = device.createBuffer.bind(device)
      let buffers = 0
      device.createBuffer = (descriptor) => {
        buffers += 1
        if (buffers === 2) device.destroy()
        return create(descriptor)
      }
    })
    expect(await probeMemory(600 * MEBIBYTE, signal)).toEqual({ bytes: 256 * MEBIBYTE, exhausted: true })
  })

  it('ends when aborted, and gives the device back', async () => {
    const controller = new AbortController()
    const destroyed = watchDevices(() => controller.abort())
    await expect(probeMemory(600 * MEBIBYTE, controller.signal)).rejects.toThrow('aborted')
    await vi.waitFor(() => expect(destroyed).toEqual([true]), 10_000)
  })
})
