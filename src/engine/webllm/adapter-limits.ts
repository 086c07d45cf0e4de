/** WebLLM 0.2.86 refuses adapters with fewer storage buffers in a kernel. */
const ASKED = 10

/**
 * Lets WebLLM run on adapters with fewer storage buffers than it asks for, such as those of Firefox on macOS. Every adapter
 * has the 8 that our kernels use at most; a model that needs more says so in its manifest, and is not loaded.
 */
export function allowFewStorageBuffers(): void {
  // The DOM's types claim that WebGPU is always there.
  const gpu = (globalThis as { GPU?: typeof GPU }).GPU
  if (!gpu) return
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the GPU as `this` below
  const requestAdapter = gpu.prototype.requestAdapter
  gpu.prototype.requestAdapter = async function (this: GPU, options?: GPURequestAdapterOptions) {
    const adapter = await requestAdapter.call(this, options)
    if (adapter && adapter.limits.maxStorageBuffersPerShaderStage < ASKED) claimEnough(adapter)
    return adapter
  }
}

/** The adapter says that it has as many as are asked for, and gives those that it has. */
function claimEnough(adapter: GPUAdapter): void {
  const { limits } = adapter
  const has = limits.maxStorageBuffersPerShaderStage
  const requestDevice = adapter.requestDevice.bind(adapter)
  Object.defineProperties(adapter, {
    limits: {
      value: new Proxy(limits, {
        // Read from the limits themselves: their getters work on nothing else.
        get: (real, name) =>
          name === 'maxStorageBuffersPerShaderStage' ? ASKED : (Reflect.get(real, name) as unknown),
      }),
    },
    requestDevice: {
      value: ({ requiredLimits, ...rest }: GPUDeviceDescriptor = {}) =>
        requestDevice({ ...rest, requiredLimits: { ...requiredLimits, maxStorageBuffersPerShaderStage: has } }),
    },
  })
}
