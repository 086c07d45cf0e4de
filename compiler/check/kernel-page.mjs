// Runs single kernels on a WebGPU device, in a page or in Node.

/**
 * `buffers` hold the bindings in their order, `uniform` the last one, all in 32-bit words; `groups` counts workgroups.
 * @typedef {{ wgsl: string, buffers: number[][], uniform: number[], groups: number[] }} KernelJob
 */

/**
 * A device with WebGPU's default limits, and `shader-f16` where there is such. `run` takes a KernelJob as JSON and answers
 * with its buffers after one dispatch as JSON: between Node and a page a text is many times faster than arrays.
 * @param {GPU} gpu @returns {Promise<{ f16: boolean, run: (job: string) => Promise<string> }>}
 */
export async function openKernels(gpu) {
  const adapter = await gpu.requestAdapter()
  if (!adapter) throw new Error('There is no WebGPU adapter.')
  const features = /** @type {const} */ (['shader-f16'])
  const device = await adapter.requestDevice({
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
  })
  /** @type {Map<string, GPUComputePipeline>} */
  const pipelines = new Map()
  return {
    f16: device.features.has('shader-f16'),
    async run(job) {
      /** @type {KernelJob} */
      const { wgsl, buffers, uniform, groups } = JSON.parse(job)
      device.pushErrorScope('validation')
      const pipeline = pipelines.get(wgsl) ?? (await compiled(device, wgsl))
      pipelines.set(wgsl, pipeline)
      const words = await dispatch(device, pipeline, { buffers, uniform, groups })
      const error = await device.popErrorScope()
      if (error) throw new Error(error.message)
      return JSON.stringify(words)
    },
  }
}

/** @param {GPUDevice} device @param {string} wgsl */
function compiled(device, wgsl) {
  const module = device.createShaderModule({ code: wgsl })
  return device.createComputePipelineAsync({ layout: 'auto', compute: { module } })
}

/**
 * @param {GPUDevice} device @param {GPUComputePipeline} pipeline @param {Omit<KernelJob, 'wgsl'>} job
 * @returns {Promise<number[][]>}
 */
async function dispatch(device, pipeline, { buffers, uniform, groups }) {
  const [x = 1, y = 1] = groups
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC
  const bound = buffers.map((words) => filled(device, words, storage))
  const resources = [...bound, filled(device, uniform, GPUBufferUsage.UNIFORM)]
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: resources.map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  )
  pass.dispatchWorkgroups(x, y)
  pass.end()
  const copies = bound.map((buffer) => {
    const copy = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
    encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size)
    return copy
  })
  device.queue.submit([encoder.finish()])
  await Promise.all(copies.map((copy) => copy.mapAsync(GPUMapMode.READ)))
  const results = copies.map((copy) => Array.from(new Uint32Array(copy.getMappedRange())))
  for (const buffer of [...resources, ...copies]) buffer.destroy()
  return results
}

/** @param {GPUDevice} device @param {number[]} words @param {number} usage */
function filled(device, words, usage) {
  const size = Math.max(words.length, 1) * 4
  const buffer = device.createBuffer({ size, usage, mappedAtCreation: true })
  new Uint32Array(buffer.getMappedRange()).set(words)
  buffer.unmap()
  return buffer
}
