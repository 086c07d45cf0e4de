/**
 * The private members of WebLLM and of its runtime tvmjs that are used or replaced. They were read from version 0.2.86,
 * which the lock pins.
 */
import type { KernelDescription, Runner } from './kernel'

/** The members of tvmjs's WebGPUContext. */
export interface WebGpuContext {
  readonly device: GPUDevice
  readonly memory: {
    viewRawBytes(address: number, bytes: number): Uint8Array<ArrayBuffer>
    storeRawBytes(address: number, bytes: Uint8Array): void
  }
  /** By handle. */
  readonly bufferTable: (GPUBuffer | undefined)[]
  readonly bufferTableFreeId: number[]
  /** `sync` waits for it, and for the queue as well if something was submitted behind it. */
  pendingGPUToCPUCopy: Promise<void> | null
  pendingGPUToCPUCopyIsQueueTail: boolean
  attachToBufferTable(buffer: GPUBuffer): number
  gpuBufferFromPtr(handle: number): GPUBuffer
  getOrCreateReadStagingBuffer(bytes: number): GPUBuffer
  recycleReadStagingBuffer(buffer: GPUBuffer): void
  flushCommands(): void
  createShadeInternal(description: KernelDescription, code: string, isAsync: boolean): Runner | Promise<Runner>
  copyRawBytesToBuffer(bytes: Uint8Array<ArrayBuffer>, to: number, at: number, length: number): void
  deviceAllocDataSpace(bytes: number): number
  deviceFreeDataSpace(handle: number): void
  deviceCopyToGPU(from: number, to: number, at: number, bytes: number): void
  deviceCopyFromGPU(from: number, at: number, to: number, bytes: number): void
  deviceCopyWithinGPU(from: number, fromAt: number, to: number, toAt: number, bytes: number): void
}

/** A tvmjs object that lives on the GPU or in the kernels' memory; freed with the scope that it was made in. */
export interface TvmObject {
  dispose(): void
}

export interface Tensor extends TvmObject {
  readonly shape: readonly number[]
  readonly byteOffset: number
  /** The handle of its buffer. */
  getDataPtr(): number
  copyFrom(data: ArrayLike<number>): Tensor
  /** The same numbers in another shape. */
  view(shape: readonly number[]): Tensor
}

/** What a function of the model returns. */
interface TensorList extends TvmObject {
  get(index: number): Tensor
}

/** An array in main memory; it is filled once the GPU has caught up. */
interface CpuArray {
  toArray(): Float32Array
}

export type PackedFunction<Given extends unknown[] = unknown[], Returned = unknown> = ((...given: Given) => Returned) &
  TvmObject
export type ScalarConstructor = new (value: number, dtype: 'int32' | 'int64') => TvmObject

interface TvmDevice {
  sync(): Promise<void>
}

interface Tvm {
  readonly lib: { readonly webGPUContext: WebGpuContext }
  beginScope(): void
  endScope(): void
  detachFromCurrentScope<T extends TvmObject>(object: T): T
  getGlobalFunc(name: string): PackedFunction
  makeShapeTuple(shape: readonly number[]): TvmObject
  empty(shape: readonly number[], dtype: 'int32' | 'float32', device: TvmDevice): Tensor
  /** The generator that drawn tokens come from. */
  readonly rng: {
    /** From 0 up to 1. */
    randomFloat(): number
    getState(): number
    setState(state: number): void
  }
}

export interface WebllmTokenizer {
  encode(text: string): Int32Array
  decode(ids: Int32Array): string
}

/** The members of LLMChatPipeline. */
export interface LlmChatPipeline {
  readonly tvm: Tvm
  readonly device: TvmDevice
  readonly params: TvmObject
  readonly kvCache: TvmObject
  readonly tokenizer: WebllmTokenizer
  readonly contextWindowSize: number
  readonly prefillChunkSize: number
  readonly fullVocabSize: number
  filledKVCacheLength: number
  /** [1]: the row that is sampled from. */
  readonly sampleIndicesDevice: Tensor
  /** [1] */
  readonly topPDevice: Tensor
  fKVCacheAddSequence: PackedFunction
  readonly fKVCacheBeginForward: PackedFunction
  readonly fKVCacheEndForward: PackedFunction
  /** Ids [n] to [n, width]. */
  readonly embed: PackedFunction<[ids: Tensor, params: TvmObject], Tensor>
  readonly fsoftmaxWithTemperature: PackedFunction<[logits: Tensor, temperature: Tensor], Tensor>
  /** Probabilities and their ids, likeliest first. */
  readonly fargsortProbs: PackedFunction<[probabilities: Tensor], TensorList>
  readonly fsampleWithTopP: PackedFunction<
    [probabilities: Tensor, ids: Tensor, draws: Tensor, rows: Tensor, topP: Tensor],
    Tensor
  >
  /** Makes all kernels, by the context's `createShadeInternal`. */
  asyncLoadWebGPUPipelines(): Promise<void>
  resetKVCache(): void
  /** One token [1, 1, width] to logits [1, 1, vocabulary], the first of what is returned. */
  invokeDecode(embedded: Tensor): TensorList
  updateLogitsOnCPU(logits: TvmObject): CpuArray
  embedAndForward(data: number[][], length: number): Promise<TvmObject>
  sampleFromRawLogits(logits: TvmObject, sampling: { temperature: number; top_p: number }): Promise<number>
}
