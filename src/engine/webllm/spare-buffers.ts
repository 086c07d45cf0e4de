import { SMALL_BYTES } from './command-stream'

/** Most buffers that are kept: 2 MiB together. */
const MOST = 512

/** Small storage buffers that were freed. A token needs a few and frees them, and making one costs more than a kernel. */
export class SpareBuffers {
  readonly #bySize = new Map<number, GPUBuffer[]>()
  #count = 0

  /** A kept buffer of this size, with whatever it holds. */
  take(bytes: number): GPUBuffer | undefined {
    const buffer = this.#bySize.get(bytes)?.pop()
    if (buffer) this.#count -= 1
    return buffer
  }

  /** @returns whether the buffer is kept; otherwise the caller has to destroy it */
  keep(buffer: GPUBuffer): boolean {
    if (buffer.size > SMALL_BYTES || this.#count === MOST) return false
    const kept = this.#bySize.get(buffer.size)
    if (kept) kept.push(buffer)
    else this.#bySize.set(buffer.size, [buffer])
    this.#count += 1
    return true
  }
}
