// Runs single kernels on a WebGPU device, in a page or in Node.

/** Bytes of a workspace: more than any kernel in a test needs. */
const WORKSPACE_BYTES = 1 << 22
/** The word that a workspace is filled with: NaN as f32, and so large that no index is like it. */
const UNWRITTEN = 0x7fc00001

/**
 * A dispatch: `buffers` are places in the job's list of buffers in the order of the bindings, `uniform` is the content of
 * the last binding in 32-bit words, `groups` counts workgroups.
 * @typedef {{ wgsl: string, buffers: number[], uniform: number[], groups: number[] }} Launch
 */

/**
 * `buffers` are the contents of buffers in 32-bit words; behind them in the list lie as many `workspaces`, which the
 * launches share.
 * @typedef {{ buffers: number[][], workspaces: number, launches: Launch[] }} KernelJob
 */

/**
 * A device with WebGPU's default limits, and `shader-f16` where there is such. `run` takes a KernelJob as JSON and answers
 * with its buffers after its launches as JSON: between Node and a page a text is many times faster than arrays.
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
      const { buffers, workspaces, launches } = JSON.parse(job)
      device.pushErrorScope('validation')
      const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC
      const held = buffers.map((words) => filled(device, words, storage))
      const shared = Array.from({ length: workspaces }, () => workspace(device))
      const encoder = device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      const uniforms = []
      for (const launch of launches) {
        const pipeline = pipelines.get(launch.wgsl) ?? (await compiled(device, launch.wgsl))
        pipelines.set(launch.wgsl, pipeline)
        const uniform = filled(device, launch.uniform, GPUBufferUsage.UNIFORM)
        uniforms.push(uniform)
        const places = [...held, ...shared]
        dispatch(device, pass, pipeline, [...launch.buffers.flatMap((at) => places[at] ?? []), uniform], launch.groups)
      }
      pass.end()
      const words = await contents(device, encoder, held)
      for (const buffer of [...held, ...shared, ...uniforms]) buffer.destroy()
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
 * @param {GPUDevice} device @param {GPUComputePassEncoder} pass @param {GPUComputePipeline} pipeline
 * @param {GPUBuffer[]} buffers in the order of the bindings @param {number[]} groups
 */
function dispatch(device, pass, pipeline, buffers, [x = 1, y = 1]) {
  pass.setPipeline(pipeline)
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  )
  pass.dispatchWorkgroups(x, y)
}

/**
 * Submits, and reads the buffers.
 * @param {GPUDevice} device @param {GPUCommandEncoder} encoder @param {GPUBuffer[]} buffers @returns {Promise<number[][]>}
 */
async function contents(device, encoder, buffers) {
  const copies = buffers.map((buffer) => {
    const copy = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
    encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size)
    return copy
  })
  device.queue.submit([encoder.finish()])
  await Promise.all(copies.map((copy) => copy.mapAsync(GPUMapMode.READ)))
  const results = copies.map((copy) => Array.from(new Uint32Array(copy.getMappedRange())))
  for (const copy of copies) copy.destroy()
  return results
}

/** @param {GPUDevice} device */
function workspace(device) {
  const buffer = device.createBuffer({ size: WORKSPACE_BYTES, usage: GPUBufferUsage.STORAGE, mappedAtCreation: true })
  new Uint32Array(buffer.getMappedRange()).fill(UNWRITTEN)
  buffer.unmap()
  return buffer
}

/** @param {GPUDevice} device @param {number[]} words @param {number} usage */
function filled(device, words, usage) {
  const size = Math.max(words.length, 1) * 4
  const buffer = device.createBuffer({ size, usage, mappedAtCreation: true })
  new Uint32Array(buffer.getMappedRange()).set(words)
  buffer.unmap()
  return buffer
}
