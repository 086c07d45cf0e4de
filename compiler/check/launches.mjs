// Notes the dispatches of a decoded token with all that they read, and times each kernel's by repeating them.

/** @typedef {{ pipeline: GPUComputePipeline, group: GPUBindGroup, size: [number, number, number] }} Dispatch */
/** @typedef {{ name: string, launches: number, microseconds: number, boundBytes: number }} Timing */

/** Of a measurement: so long that the wait for its end is small beside it. */
const LEAST_MS = 20
const MEASUREMENTS = 5

/** The device that WebLLM opened. @type {GPUDevice | undefined} */
let device
/** @type {WeakMap<GPUComputePipeline, string>} */
const names = new WeakMap()
/** @type {WeakMap<GPUBindGroup, GPUBindGroupDescriptor>} */
const descriptors = new WeakMap()
/** What was last written to a uniform buffer. @type {WeakMap<GPUBuffer, Uint8Array<ArrayBuffer>>} */
const contents = new WeakMap()
/** @type {Dispatch[] | undefined} */
let noted
/** Buffers that were to be destroyed while dispatches were noted. @type {GPUBuffer[]} */
const doomed = []

/**
 * Replaces a method; `after` sees the object, the arguments and the result of every call.
 * @template {object} Self @template {unknown[]} Args @template Result
 * @param {Self} prototype @param {string} name @param {(self: Self, args: Args, result: Result) => void} after
 */
function watch(prototype, name, after) {
  const methods = /** @type {Record<string, (...args: unknown[]) => unknown>} */ (/** @type {unknown} */ (prototype))
  const own = methods[name]
  if (!own) throw new Error(`WebGPU has no method ${name}.`)
  /** @this {Self} @param {unknown[]} args */
  methods[name] = function watched(...args) {
    const result = own.apply(this, args)
    after(this, /** @type {Args} */ (args), /** @type {Result} */ (result))
    return result
  }
}

/** Begins to watch WebGPU, before a model is loaded. */
export function watchLaunches() {
  /** @param {GPUDevice} self @param {[GPUComputePipelineDescriptor]} args @param {GPUComputePipeline} pipeline */
  const named = (self, [{ compute }], pipeline) => {
    device = self
    names.set(pipeline, (compute.entryPoint ?? '').replace(/_kernel(_\d+)?$/, '$1'))
  }
  watch(GPUDevice.prototype, 'createComputePipeline', named)
  watch(
    GPUDevice.prototype,
    'createComputePipelineAsync',
    /** @param {GPUDevice} self @param {[GPUComputePipelineDescriptor]} args @param {Promise<GPUComputePipeline>} made */
    (self, args, made) => void made.then((pipeline) => named(self, args, pipeline)),
  )
  watch(
    GPUDevice.prototype,
    'createBindGroup',
    /** @param {GPUDevice} _ @param {[GPUBindGroupDescriptor]} args @param {GPUBindGroup} group */
    (_, [descriptor], group) => void descriptors.set(group, descriptor),
  )
  watch(
    GPUQueue.prototype,
    'writeBuffer',
    /** @param {GPUQueue} _ @param {[GPUBuffer, number, ArrayBufferView<ArrayBuffer>, number?, number?]} args */
    (_, [buffer, at, data, from = 0, count]) => {
      if (!(buffer.usage & GPUBufferUsage.UNIFORM) || at !== 0) return
      const unit = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      contents.set(buffer, bytes.slice(from * unit, count === undefined ? undefined : (from + count) * unit))
    },
  )
  /** @type {WeakMap<GPUComputePassEncoder, Partial<Dispatch>>} */
  const passes = new WeakMap()
  /** @param {GPUComputePassEncoder} self @param {Partial<Dispatch>} change */
  const set = (self, change) => void passes.set(self, { ...passes.get(self), ...change })
  const pass = GPUComputePassEncoder.prototype
  /** @param {GPUComputePassEncoder} self @param {[GPUComputePipeline]} args */
  const onPipeline = (self, [pipeline]) => set(self, { pipeline })
  watch(pass, 'setPipeline', onPipeline)
  /** @param {GPUComputePassEncoder} self @param {[number, GPUBindGroup]} args */
  const onGroup = (self, [, group]) => set(self, { group: noted ? own(group) : group })
  watch(pass, 'setBindGroup', onGroup)
  /** @param {GPUComputePassEncoder} self @param {[number, number?, number?]} args */
  const onDispatch = (self, [x, y = 1, z = 1]) => {
    const { pipeline, group } = passes.get(self) ?? {}
    if (noted && pipeline && group) noted.push({ pipeline, group, size: [x, y, z] })
  }
  watch(pass, 'dispatchWorkgroups', onDispatch)
  const prototype = /** @type {Record<'destroy', () => undefined>} */ (GPUBuffer.prototype)
  const destroy = prototype.destroy
  /** @this {GPUBuffer} */
  prototype.destroy = function kept() {
    if (noted) doomed.push(this)
    else destroy.call(this)
    return undefined
  }
}

/** The same bind group with uniform buffers of its own, because WebLLM writes new numbers into them. @param {GPUBindGroup} group */
function own(group) {
  const descriptor = descriptors.get(group)
  if (!device || !descriptor) return group
  const opened = device
  const entries = Array.from(descriptor.entries, (entry) => {
    const buffer = bufferOf(entry)
    const numbers = buffer && contents.get(buffer)
    if (!numbers) return entry
    const copy = opened.createBuffer({ size: buffer.size, usage: GPUBufferUsage.UNIFORM, mappedAtCreation: true })
    new Uint8Array(copy.getMappedRange()).set(numbers)
    copy.unmap()
    return { binding: entry.binding, resource: { buffer: copy } }
  })
  const made = opened.createBindGroup({ layout: descriptor.layout, entries })
  return made
}

/** @param {GPUBindGroupEntry} entry @returns {GPUBuffer | undefined} */
function bufferOf({ resource }) {
  return 'buffer' in resource ? resource.buffer : undefined
}

/** Bytes of the storage buffers that a launch has: what a matrix product reads. @param {Dispatch} dispatch */
function boundBytes({ group }) {
  const buffers = Array.from(descriptors.get(group)?.entries ?? [], bufferOf)
  return buffers.reduce((sum, buffer) => sum + (buffer && buffer.usage & GPUBufferUsage.STORAGE ? buffer.size : 0), 0)
}

/**
 * Runs `step`, notes its dispatches, and times the launches of each kernel together, so that the weights of all layers
 * pass the caches. The kernels come in their order in the step.
 * @param {() => Promise<unknown>} step @returns {Promise<Timing[]>}
 */
export async function timeLaunches(step) {
  /** @type {Dispatch[]} */
  const dispatches = []
  noted = dispatches
  try {
    await step()
    if (!device) throw new Error('WebLLM has opened no device.')
    /** @type {Map<string, Dispatch[]>} */
    const kernels = new Map()
    for (const dispatch of dispatches) {
      const name = names.get(dispatch.pipeline) ?? '?'
      kernels.set(name, [...(kernels.get(name) ?? []), dispatch])
    }
    const timings = []
    // The last kernel first: then what a kernel reads is as the token left it. Top-p's second launch reads how much it has
    // to do; with what other kernels had left in that place it ran for 42 s.
    for (const [name, launches] of [...kernels].reverse()) {
      const ms = await timed(device, launches)
      const bytes = launches.reduce((sum, dispatch) => sum + boundBytes(dispatch), 0) / launches.length
      timings.unshift({
        name,
        launches: launches.length,
        microseconds: (ms / launches.length) * 1e3,
        boundBytes: bytes,
      })
    }
    return timings
  } finally {
    noted = undefined
    for (const buffer of doomed.splice(0)) buffer.destroy()
  }
}

/** Median ms of one round of the dispatches, without what an empty submit takes. @param {GPUDevice} opened @param {Dispatch[]} dispatches */
async function timed(opened, dispatches) {
  const empty = await median(() => once(opened, [], 0))
  let rounds = 1
  for (; (await once(opened, dispatches, rounds)) < LEAST_MS && rounds < 1024; rounds *= 2);
  return Math.max((await median(() => once(opened, dispatches, rounds))) - empty, 0) / rounds
}

/** @param {() => Promise<number>} measure */
async function median(measure) {
  const found = []
  for (let i = 0; i < MEASUREMENTS; i += 1) found.push(await measure())
  return found.sort((a, b) => a - b)[MEASUREMENTS >> 1] ?? 0
}

/** ms from the submit to the end of so many rounds. @param {GPUDevice} opened @param {Dispatch[]} dispatches @param {number} rounds */
async function once(opened, dispatches, rounds) {
  const kept = noted
  noted = undefined // these are no dispatches of a token
  const encoder = opened.createCommandEncoder()
  const pass = encoder.beginComputePass()
  for (let round = 0; round < rounds; round += 1)
    for (const { pipeline, group, size } of dispatches) {
      pass.setPipeline(pipeline)
      pass.setBindGroup(0, group)
      pass.dispatchWorkgroups(...size)
    }
  pass.end()
  const began = performance.now()
  opened.queue.submit([encoder.finish()])
  await opened.queue.onSubmittedWorkDone()
  noted = kept
  return performance.now() - began
}

const READ = `
@group(0) @binding(0) var<storage, read> numbers : array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> sums : array<vec4<f32>>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>) {
  var sum = vec4<f32>();
  for (var i = id.x; i < arrayLength(&numbers); i += groups.x * 256u) { sum += numbers[i]; }
  sums[id.x] = sum;
}`

/** Bytes a second of a kernel that reads a buffer of so many bytes and does little else. @param {number} bytes */
export async function readBandwidth(bytes) {
  if (!device) throw new Error('WebLLM has opened no device.')
  const opened = device
  const module = opened.createShaderModule({ code: READ })
  const pipeline = await opened.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } })
  const groups = Math.min(4096, bytes >> 12)
  const buffers = [bytes, groups * 256 * 16].map((size) => opened.createBuffer({ size, usage: GPUBufferUsage.STORAGE }))
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  const group = opened.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries })
  const ms = await timed(opened, [{ pipeline, group, size: [groups, 1, 1] }])
  for (const buffer of buffers) buffer.destroy()
  return (bytes / ms) * 1e3
}
