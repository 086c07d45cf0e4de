import { AppError } from '../../shared/errors'

/**
 * Reports when the GPU device is lost or has an uncaught error. WebLLM opens the device itself and keeps both to its
 * log, so the adapter's requestDevice is wrapped.
 */
export function watchDevice(onLost: (error: AppError) => void): void {
  // The DOM's types claim that WebGPU is always there.
  const adapter = (globalThis as { GPUAdapter?: typeof GPUAdapter }).GPUAdapter
  if (!adapter) return
  const report = (reason: string) => {
    onLost(new AppError('device-lost', `The GPU stopped working: ${reason}`, { retry: 'now', details: { reason } }))
  }
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the adapter as `this` below
  const requestDevice = adapter.prototype.requestDevice
  adapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
    const device = await requestDevice.call(this, descriptor)
    void device.lost.then((info) => {
      report(info.message || info.reason)
    })
    device.addEventListener('uncapturederror', (event) => {
      report(event.error.message)
    })
    return device
  }
}
