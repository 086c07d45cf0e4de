/**
 * The methods of tvmjs's WebGPU context that talk to the device, in our way. A test holds the text of that class against a
 * checksum, so that a new version is read again.
 */
import { CommandStream } from './command-stream'
import { Kernel } from './kernel'
import type { WebGpuContext } from './private-members'
import { SpareBuffers } from './spare-buffers'
import { UniformSlots } from './uniform-slots'

/** WebGPU copies multiples of four bytes. */
const padded = (bytes: number) => Math.ceil(bytes / 4) * 4

function withPadding(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(padded(bytes.length))
  whole.set(bytes)
  return whole
}

/**
 * Lets WebLLM load a model without compiling its kernels: `ownCommands` makes other ones. What it loads cannot run.
 *
 * @returns what `load` returns
 */
export async function withoutKernels<T>(load: () => Promise<T>): Promise<T> {
  const { prototype } = GPUDevice
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as they were
  const { createShaderModule, createComputePipelineAsync } = prototype
  prototype.createShaderModule = () => ({}) as GPUShaderModule
  prototype.createComputePipelineAsync = () => Promise.resolve({} as GPUComputePipeline)
  try {
    return await load()
  } finally {
    Object.assign(prototype, { createShaderModule, createComputePipelineAsync })
  }
}

/**
 * Replaces what the context does with its device by a stream of commands (decision 0027). Kernels that exist already are
 * not changed: they have to be made again. What is allocated here ends with the device, which the context destroys.
 *
 * @returns the stream, for commands that belong between those of the context
 */
export function ownCommands(context: WebGpuContext): CommandStream {
  const { device, memory, bufferTable, bufferTableFreeId } = context
  const stream = new CommandStream(device, () => (context.pendingGPUToCPUCopyIsQueueTail = false))
  const kernels: Kernel[] = []
  const slots = new UniformSlots(stream, () => {
    for (const kernel of kernels) kernel.forgetSlots()
  })
  const spares = new SpareBuffers()
  const bufferOf = (handle: number) => {
    const buffer = bufferTable[handle]
    if (!buffer) throw new Error(`There is no buffer ${handle}`)
    return buffer
  }
  const place = { stream, slots, bufferOf }
  const allocate = context.deviceAllocDataSpace.bind(context)
  const free = context.deviceFreeDataSpace.bind(context)

  const own: Partial<WebGpuContext> = {
    flushCommands: () => {
      stream.flush()
    },
    createShadeInternal: (description, code, isAsync) => {
      const kernel = new Kernel(place, description, code)
      kernels.push(kernel)
      return isAsync ? kernel.compileAsync() : kernel.compile()
    },
    copyRawBytesToBuffer: (bytes, to, at, length) => {
      stream.upload(bytes.subarray(0, length), bufferOf(to), at)
    },
    deviceAllocDataSpace: (bytes) => {
      const spare = spares.take(Math.max(4, padded(bytes)))
      return spare ? context.attachToBufferTable(spare) : allocate(bytes)
    },
    deviceFreeDataSpace: (handle) => {
      if (!spares.keep(bufferOf(handle))) {
        free(handle)
        return
      }
      bufferTable[handle] = undefined
      bufferTableFreeId.push(handle)
    },
    deviceCopyToGPU: (from, to, at, bytes) => {
      const given = memory.viewRawBytes(from, bytes)
      stream.upload(bytes % 4 === 0 ? given : withPadding(given), bufferOf(to), at)
    },
    deviceCopyFromGPU: (from, at, to, bytes) => {
      if (bytes === 0) return
      const staging = context.getOrCreateReadStagingBuffer(padded(bytes))
      stream.copy(bufferOf(from), at, staging, 0, padded(bytes))
      const before = context.pendingGPUToCPUCopy
      const read = stream.map(staging, padded(bytes)).then((mapped) => {
        memory.storeRawBytes(to, new Uint8Array(mapped, 0, bytes))
        context.recycleReadStagingBuffer(staging)
      })
      context.pendingGPUToCPUCopy = before ? before.then(() => read) : read
      context.pendingGPUToCPUCopyIsQueueTail = true
    },
    deviceCopyWithinGPU: (from, fromAt, to, toAt, bytes) => {
      stream.copy(bufferOf(from), fromAt, bufferOf(to), toAt, bytes)
    },
  }
  Object.assign(context, own)
  return stream
}
