import type { CommandStream } from './command-stream'

/** The largest alignment that a device may ask of dynamic offsets (WebGPU, "Supported Limits"). */
const ALIGNMENT = 256
const SLOTS = 4096

/**
 * The numbers that kernels get beside their buffers, in one buffer. Each list of numbers has a place of its own, which is
 * written once: a model runs its kernels with the same few lists again and again.
 */
export class UniformSlots {
  readonly buffer: GPUBuffer
  readonly #stream: CommandStream
  readonly #onForget: () => void
  #next = 0

  /** @param onForget told when no place is left, and every offset so far is void */
  constructor(stream: CommandStream, onForget: () => void) {
    this.#stream = stream
    this.#onForget = onForget
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST
    this.buffer = stream.device.createBuffer({ size: ALIGNMENT * SLOTS, usage })
  }

  /** @returns the offset of a new place with these bytes, at most 1 MiB of them */
  add(bytes: ArrayBuffer): number {
    const size = Math.ceil(bytes.byteLength / ALIGNMENT) * ALIGNMENT
    if (this.#next + size > this.buffer.size) {
      // What the stream has still reads the old places.
      this.#stream.flush()
      this.#onForget()
      this.#next = 0
    }
    const offset = this.#next
    this.#next += size
    // Written at once, which is too early for nobody: nothing in the stream reads this place.
    this.#stream.device.queue.writeBuffer(this.buffer, offset, bytes)
    return offset
  }
}
