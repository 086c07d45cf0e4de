import { nudge } from '../../platform/gpu-nudge'

/** Uploads up to this many bytes are copies within the stream; larger ones are written by the queue between two submits. */
export const SMALL_BYTES = 4096

/** Bytes of small uploads in one submit. */
const STAGE_BYTES = 1 << 16

/** So many dispatches go to the GPU together, so that it begins before a long token is encoded to its end. */
const DISPATCHES_A_SUBMIT = 64

/** A device says within this many ms that it is lost. */
const LOSS_MS = 3000

/**
 * Commands for a GPU in one order: dispatches, copies and small uploads share one command encoder and one compute pass,
 * which only a copy closes. They are submitted when somebody waits for a result, or when there are many.
 */
export class CommandStream {
  readonly device: GPUDevice
  /** What it has given to the device since it was made. */
  readonly counts = { dispatches: 0, submits: 0, waits: 0 }
  readonly #onSubmit: () => void
  /** What the small uploads of this submit hold, on its way to `#stage`. */
  readonly #staged = new Uint8Array(STAGE_BYTES)
  readonly #stage: GPUBuffer
  #stagedBytes = 0
  #encoder: GPUCommandEncoder | undefined
  #pass: GPUComputePassEncoder | undefined
  #dispatches = 0

  /** @param onSubmit told of everything that goes into the device's queue */
  constructor(device: GPUDevice, onSubmit: () => void) {
    this.device = device
    this.#onSubmit = onSubmit
    this.#stage = device.createBuffer({ size: STAGE_BYTES, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST })
  }

  /** Runs a kernel behind everything that the stream has. */
  dispatch(
    pipeline: GPUComputePipeline,
    bindings: GPUBindGroup,
    offsets: readonly number[],
    [x, y, z]: readonly [number, number, number],
  ): void {
    const pass = (this.#pass ??= this.#commands().beginComputePass())
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, bindings, offsets)
    pass.dispatchWorkgroups(x, y, z)
    this.#dispatches += 1
    this.counts.dispatches += 1
    if (this.#dispatches === DISPATCHES_A_SUBMIT) this.flush()
  }

  /** @param bytes copied at once; a multiple of four long, as `at` is one of four */
  upload(bytes: Uint8Array<ArrayBuffer>, to: GPUBuffer, at: number): void {
    if (bytes.length > SMALL_BYTES) {
      // The queue writes at once: what the stream has must come first.
      this.flush()
      this.device.queue.writeBuffer(to, at, bytes)
      this.#onSubmit()
      return
    }
    if (this.#stagedBytes + bytes.length > STAGE_BYTES) this.flush()
    this.#staged.set(bytes, this.#stagedBytes)
    this.copy(this.#stage, this.#stagedBytes, to, at, bytes.length)
    this.#stagedBytes += bytes.length
  }

  copy(from: GPUBuffer, fromAt: number, to: GPUBuffer, toAt: number, bytes: number): void {
    this.#endPass()
    this.#commands().copyBufferToBuffer(from, fromAt, to, toAt, bytes)
  }

  /**
   * Submits what the stream has, and maps a buffer for reading once the device has caught up.
   *
   * @param bytes a multiple of four
   * @throws {DOMException} if the device is lost, after it has said so
   */
  async map(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    this.flush()
    this.counts.waits += 1
    const endNudging = nudge(this.device.queue)
    try {
      await buffer.mapAsync(GPUMapMode.READ, 0, bytes)
      return buffer.getMappedRange(0, bytes)
    } catch (error) {
      // A device that is lost fails its maps, and unmaps its buffers, a little before it says why.
      await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, LOSS_MS))])
      throw error
    } finally {
      endNudging()
    }
  }

  /** Submits what the stream has. */
  flush(): void {
    if (!this.#encoder) return
    this.#endPass()
    const { queue } = this.device
    // The queue keeps the order of writes and submits, so the copies of the last submit have read their bytes before.
    if (this.#stagedBytes > 0) queue.writeBuffer(this.#stage, 0, this.#staged, 0, this.#stagedBytes)
    queue.submit([this.#encoder.finish()])
    this.counts.submits += 1
    this.#encoder = undefined
    this.#stagedBytes = 0
    this.#dispatches = 0
    this.#onSubmit()
  }

  #commands(): GPUCommandEncoder {
    return (this.#encoder ??= this.device.createCommandEncoder())
  }

  #endPass(): void {
    this.#pass?.end()
    this.#pass = undefined
  }
}
