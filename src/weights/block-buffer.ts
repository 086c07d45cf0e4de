/** Gathers consecutive bytes that are not stored yet. Their memory is used again for the next bytes. */
export class BlockBuffer {
  /** Places in the artifact. */
  start: number
  end: number
  readonly memory: Uint8Array<ArrayBuffer>

  constructor(start: number, memory: Uint8Array<ArrayBuffer>) {
    this.start = start
    this.end = start
    this.memory = memory
  }

  get bytes(): number {
    return this.end - this.start
  }

  /** The used share of the memory, 0 to 1. */
  get filled(): number {
    return this.bytes / this.memory.length
  }

  /** Copies as many bytes as fit; returns the rest. */
  add(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const fitting = chunk.subarray(0, this.memory.length - this.bytes)
    this.memory.set(fitting, this.bytes)
    this.end += fitting.length
    return chunk.subarray(fitting.length)
  }

  /** The added bytes, as a copy; the buffer is empty afterwards. */
  take(): Blob {
    const blob = new Blob([this.memory.subarray(0, this.bytes)])
    this.start = this.end
    return blob
  }
}

/** Memory for blocks, kept between uses, because garbage grows faster than it is collected. */
export class BlockMemory {
  readonly #bytes: number
  readonly #free: Uint8Array<ArrayBuffer>[] = []

  /** @param bytes of a block */
  constructor(bytes: number) {
    this.#bytes = bytes
  }

  async use<T>(task: (memory: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T> {
    const memory = this.#free.pop() ?? new Uint8Array(this.#bytes)
    try {
      return await task(memory)
    } finally {
      this.#free.push(memory)
    }
  }
}
