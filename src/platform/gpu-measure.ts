import { AppError } from '../shared/errors'
import { unlessAborted } from './abort'
import { bestAdapter } from './gpu'
import { bestRate } from './rate'

const MEBIBYTE = 1024 * 1024

/** Buffers to read from, in bytes, largest first: what fits into a cache (96 MiB on some GPUs) measures the cache. */
const MATRIX_BYTES = [256 * MEBIBYTE, 128 * MEBIBYTE, 64 * MEBIBYTE] as const
/** Elements of a row: 16 KiB in f32. */
const COLUMNS = 4096
const ROW_BYTES = COLUMNS * 4
/** Largest piece in which memory is asked for: most tensors of a model lie in buffers up to this size. */
const MOST_BYTES_A_BUFFER = 256 * MEBIBYTE

/** A row of a matrix times a vector, a workgroup each: the shape of work that decoding a token consists of. */
const MATRIX_VECTOR = /* wgsl */ `
  @group(0) @binding(0) var<storage, read> matrix: array<vec4f>;
  @group(0) @binding(1) var<storage, read> vector: array<vec4f>;
  @group(0) @binding(2) var<storage, read_write> product: array<f32>;
  const VECTORS = ${COLUMNS / 4}u;
  const THREADS = 64u;
  var<workgroup> sums: array<f32, THREADS>;

  @compute @workgroup_size(THREADS)
  fn main(@builtin(workgroup_id) row: vec3u, @builtin(local_invocation_index) thread: u32) {
    var sum = 0.0;
    for (var column = thread; column < VECTORS; column += THREADS) {
      sum += dot(matrix[row.x * VECTORS + column], vector[column]);
    }
    sums[thread] = sum;
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (thread < half) { sums[thread] += sums[thread + half]; }
    }
    if (thread == 0u) { product[row.x] = sums[0]; }
  }
`

/**
 * Bytes a second that a matrix-vector product reads from GPU memory; takes about a second and a half.
 *
 * @returns undefined if the GPU has less than 64 MiB to spare, or refuses the work
 * @throws {AppError} `insecure-context`, `no-webgpu`, `no-adapter` or `device-lost`; the signal's reason when aborted
 */
export async function measureBandwidth(signal: AbortSignal): Promise<number | undefined> {
  return await onOwnDevice(signal, async (device) => {
    const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize)
    for (const bytes of MATRIX_BYTES) {
      if (bytes > most) continue
      const matrix = await allocate(device, bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST)
      if (!matrix) continue
      device.pushErrorScope('validation')
      const rate = await bestRate(matrixVectorProduct(device, matrix), { fullBytes: bytes, signal })
      // Refused work ends at once.
      return (await device.popErrorScope()) ? undefined : rate
    }
    return undefined
  })
}

/**
 * @returns a function that reads this many bytes of `matrix`, again and again if there are fewer, and resolves at the
 * end
 */
function matrixVectorProduct(device: GPUDevice, matrix: GPUBuffer): (bytes: number) => Promise<void> {
  const rows = matrix.size / ROW_BYTES
  const usage = GPUBufferUsage.STORAGE
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: MATRIX_VECTOR }), entryPoint: 'main' },
  })
  const buffers = [
    matrix,
    device.createBuffer({ size: ROW_BYTES, usage }),
    device.createBuffer({ size: rows * 4, usage }),
  ]
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  })
  return async (bytes) => {
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, group)
    for (let left = bytes; left > 0; left -= matrix.size)
      pass.dispatchWorkgroups(Math.min(rows, Math.ceil(left / ROW_BYTES)))
    pass.end()
    device.queue.submit([encoder.finish()])
    await device.queue.onSubmittedWorkDone()
  }
}

/** The GPU memory that was available at once. */
export interface MemoryProbe {
  readonly bytes: number
  /** Whether the test asked for more and was refused. Otherwise there may be more than the test asked for. */
  readonly exhausted: boolean
}

/**
 * Takes GPU memory, up to `neededBytes`, writes to it and gives it back: nothing else shows how much a page can have.
 * It can slow down all other users of the GPU, so call it only before something large is loaded.
 *
 * @throws {AppError} `insecure-context`, `no-webgpu` or `no-adapter`; the signal's reason when aborted
 */
export async function probeMemory(neededBytes: number, signal: AbortSignal): Promise<MemoryProbe> {
  let bytes = 0
  try {
    await onOwnDevice(signal, async (device) => {
      const most = Math.min(device.limits.maxBufferSize, MOST_BYTES_A_BUFFER)
      while (bytes < neededBytes) {
        signal.throwIfAborted()
        const size = Math.min(most, neededBytes - bytes)
        if (!(await allocate(device, size, GPUBufferUsage.COPY_DST))) break
        bytes += size
      }
    })
  } catch (error) {
    // Some drivers answer a lack of memory by removing the device.
    if (!(error instanceof AppError) || error.code !== 'device-lost') throw error
  }
  return { bytes, exhausted: bytes < neededBytes }
}

/**
 * A buffer whose memory really exists: some drivers allocate it only when it is written to.
 *
 * @returns undefined if the buffer is refused, or the device was lost because of it
 */
async function allocate(device: GPUDevice, bytes: number, usage: GPUBufferUsageFlags): Promise<GPUBuffer | undefined> {
  device.pushErrorScope('validation')
  device.pushErrorScope('out-of-memory')
  const size = Math.ceil(bytes / 4) * 4 // clearBuffer wants a multiple of 4
  const buffer = device.createBuffer({ size, usage })
  const encoder = device.createCommandEncoder()
  encoder.clearBuffer(buffer)
  device.queue.submit([encoder.finish()])
  const errors = Promise.all([device.popErrorScope(), device.popErrorScope(), device.queue.onSubmittedWorkDone()])
  // A lost device reports no errors: its scopes are empty.
  return await Promise.race([
    device.lost.then(() => undefined),
    errors.then(([outOfMemory, invalid]) => (outOfMemory || invalid ? undefined : buffer)),
  ])
}

/**
 * Runs `use` on a device with all limits and features of the adapter, and destroys the device with all its buffers at
 * the end.
 *
 * @throws {AppError} as bestAdapter, and `device-lost` when the device goes away; the signal's reason when aborted
 */
async function onOwnDevice<T>(signal: AbortSignal, use: (device: GPUDevice) => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const adapter = await bestAdapter()
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits
  const device = await adapter
    .requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } })
    .catch((error: unknown) => {
      throw deviceLost(error instanceof Error ? error.message : String(error), error)
    })
  const lost = device.lost.then(({ message, reason }) => {
    throw deviceLost(message || reason)
  })
  try {
    return await unlessAborted(signal, Promise.race([use(device), lost]))
  } finally {
    device.destroy()
  }
}

function deviceLost(reason: string, cause?: unknown): AppError {
  return new AppError('device-lost', `The GPU stopped working: ${reason}`, { retry: 'now', cause, details: { reason } })
}
