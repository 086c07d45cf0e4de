import type { CommandStream } from './command-stream'
import { FoundAgain } from './found-again'
import type { UniformSlots } from './uniform-slots'

/** A kernel as TVM describes it. */
export interface KernelDescription {
  readonly name: string
  /** `handle` for a buffer, else a type of number. */
  readonly arg_types: readonly string[]
  /** The meaning of the arguments behind those, and which buffers are written. */
  readonly launch_param_tags: readonly string[]
}

/** A number that a kernel gets. */
interface Scalar {
  /** Its place among the arguments. */
  readonly at: number
  readonly write: (view: DataView, offset: number, value: number) => void
}

/** Where to find what among a kernel's arguments. */
export interface Signature {
  /** Arguments that are buffers, in the order of their bindings. */
  readonly buffers: readonly number[]
  /** By binding. */
  readonly written: readonly boolean[]
  readonly scalars: readonly Scalar[]
  /** The arguments with the numbers of workgroups; absent where it is one. */
  readonly grid: Readonly<Partial<Record<'x' | 'y' | 'z', number>>>
}

/** WebGPU has less than this many workgroups in a row. TVM's WGSL finds its block from x, z and the true number along x. */
const ROW = 1 << 16

/** Bind groups of one kernel: a layer needs one or two. Those of freed buffers are among them, until all are forgotten. */
const MOST_GROUPS = 512

/** @throws {Error} for a description of another version of TVM */
export function signatureOf({ name, arg_types, launch_param_tags }: KernelDescription): Signature {
  const buffers: number[] = []
  const scalars: Scalar[] = []
  for (const [at, type] of arg_types.entries()) {
    if (type === 'handle') buffers.push(at)
    else scalars.push({ at, write: writerOf(type) })
  }
  const grid: Partial<Record<'x' | 'y' | 'z', number>> = {}
  let written: boolean[] = []
  let at = arg_types.length
  for (const tag of launch_param_tags) {
    const access = /^paramWriteAccess:(.*)$/.exec(tag)?.[1]
    if (access !== undefined) {
      written = (JSON.parse(access) as number[]).map(Boolean)
      continue
    }
    const [, counted, axis] = /^(blockIdx|threadIdx)\.([xyz])$/.exec(tag) ?? []
    if (counted === undefined) throw new Error(`The kernel ${name} has the tag ${tag}`)
    // The sizes of workgroups (threadIdx) are in the WGSL.
    if (counted === 'blockIdx') grid[axis as 'x' | 'y' | 'z'] = at
    at += 1
  }
  if (written.length !== buffers.length) throw new Error(`The kernel ${name} does not say which buffers it writes`)
  return { buffers, written, scalars, grid }
}

/** How many workgroups to start for the numbers that a kernel is given. */
export function workgroups(x: number, y: number, given: number): [number, number, number] {
  if (given !== 1) throw new Error('A kernel has workgroups along z, which TVM needs for long rows')
  let z = 1
  let row = x
  while (row >= ROW) {
    row = Math.ceil(row / 2)
    z *= 2
  }
  return [row, y, z]
}

/** What runs a kernel with arguments as TVM gives them. A buffer is a number, which `bufferOf` knows. */
export interface Runner {
  (...args: number[]): void
}

export interface KernelPlace {
  readonly stream: CommandStream
  readonly slots: UniformSlots
  readonly bufferOf: (handle: number) => GPUBuffer
}

/** A kernel with its layout, its uniform slots and its bind groups. */
export class Kernel {
  readonly #place: KernelPlace
  readonly #signature: Signature
  readonly #layout: GPUBindGroupLayout
  readonly #description: GPUComputePipelineDescriptor
  /** As many as there are uniform slots. */
  readonly #offsets = new FoundAgain<number, number>(Infinity)
  readonly #groups = new FoundAgain<GPUBuffer, GPUBindGroup>(MOST_GROUPS)

  constructor(place: KernelPlace, description: KernelDescription, code: string) {
    const { device } = place.stream
    const signature = signatureOf(description)
    this.#place = place
    this.#signature = signature
    const visibility = GPUShaderStage.COMPUTE
    this.#layout = device.createBindGroupLayout({
      entries: [
        ...signature.written.map((isWritten, binding): GPUBindGroupLayoutEntry => {
          return { binding, visibility, buffer: { type: isWritten ? 'storage' : 'read-only-storage' } }
        }),
        { binding: signature.buffers.length, visibility, buffer: { type: 'uniform', hasDynamicOffset: true } },
      ],
    })
    this.#description = {
      layout: device.createPipelineLayout({ bindGroupLayouts: [this.#layout] }),
      compute: { module: device.createShaderModule({ code }), entryPoint: description.name },
    }
  }

  compile(): Runner {
    return this.#runner(this.#place.stream.device.createComputePipeline(this.#description))
  }

  async compileAsync(): Promise<Runner> {
    return this.#runner(await this.#place.stream.device.createComputePipelineAsync(this.#description))
  }

  /** The uniform slots have new contents. */
  forgetSlots(): void {
    this.#offsets.forget()
  }

  #runner(pipeline: GPUComputePipeline): Runner {
    const { stream, slots, bufferOf } = this.#place
    const { buffers, scalars, grid } = this.#signature
    const along = (args: readonly number[], at: number | undefined) => (at === undefined ? 1 : (args[at] ?? 1))
    // The same arrays for each run, which must not make garbage.
    const values: number[] = []
    const bound: GPUBuffer[] = []
    const offsets = [0]
    const addSlot = () => slots.add(this.#uniforms(values))
    const makeGroup = () => this.#group(bound)
    return (...args) => {
      scalars.forEach(({ at }, index) => (values[index] = args[at] ?? 0))
      const row = along(args, grid.x)
      values[scalars.length] = row
      buffers.forEach((at, binding) => (bound[binding] = bufferOf(args[at] ?? 0)))
      offsets[0] = this.#offsets.get(values, addSlot)
      const group = this.#groups.get(bound, makeGroup)
      stream.dispatch(pipeline, group, offsets, workgroups(row, along(args, grid.y), along(args, grid.z)))
    }
  }

  /** The kernel's numbers, and behind them the workgroups along x. */
  #uniforms(values: readonly number[]): ArrayBuffer {
    const bytes = new ArrayBuffer(4 * values.length)
    const view = new DataView(bytes)
    values.forEach((value, index) => {
      const write = this.#signature.scalars[index]?.write ?? writeUint
      write(view, 4 * index, value)
    })
    return bytes
  }

  #group(bound: readonly GPUBuffer[]): GPUBindGroup {
    const { stream, slots } = this.#place
    const size = 4 * (this.#signature.scalars.length + 1)
    return stream.device.createBindGroup({
      layout: this.#layout,
      entries: [
        ...bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
        { binding: bound.length, resource: { buffer: slots.buffer, size } },
      ],
    })
  }
}

const writeUint = (view: DataView, offset: number, value: number): void => view.setUint32(offset, value, true)

/** @throws {Error} for a type that no kernel has had */
function writerOf(type: string): Scalar['write'] {
  if (type.startsWith('uint')) return writeUint
  if (type.startsWith('int')) return (view, offset, value) => view.setInt32(offset, value, true)
  if (type.startsWith('float')) return (view, offset, value) => view.setFloat32(offset, value, true)
  throw new Error(`No kernel can have an argument of type ${type}`)
}
