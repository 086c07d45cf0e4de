/** What page.mjs uses of WebLLM 0.2.86, which the lock pins: beside MLCEngine's own interface, private members. */

/** A tvmjs object on the GPU or in the memory of the .wasm; freed with the scope that it was made in. */
export type TvmObject = object
export type PackedFunction = ((...args: unknown[]) => TvmObject) & TvmObject
export type ScalarConstructor = new (value: number, dtype: 'int' | 'int32' | 'int64') => TvmObject

export interface Tensor {
  readonly shape: number[]
  copyFrom(source: Tensor | number[]): Tensor
  toArray(): ArrayLike<number>
  dispose(): void
}

interface Device {
  sync(): Promise<void>
}

interface Tvm {
  beginScope(): void
  endScope(): void
  cpu(): Device
  empty(shape: number[], dtype: string, device: Device): Tensor
  makeShapeTuple(shape: number[]): TvmObject
  getGlobalFunc(name: string): PackedFunction
  detachFromCurrentScope<T extends TvmObject>(object: T): T
}

interface Pipeline {
  readonly tvm: Tvm
  readonly device: Device
  readonly vm: { getFunction(name: string): PackedFunction }
  readonly contextWindowSize: number
  readonly prefillChunkSize: number
  filledKVCacheLength: number
  kvCache: TvmObject & { dispose(): void }
  fKVCacheAddSequence: (cache: TvmObject, id: TvmObject) => TvmObject
  fKVCacheBeginForward: (cache: TvmObject, sequences: TvmObject, lengths: TvmObject) => TvmObject
  sampleFromRawLogits: (logits: Tensor, sampling?: { temperature: number; top_p: number }) => Promise<number>
  resetKVCache(): void
  forwardTokensAndSample(ids: number[], prefill: boolean): Promise<number>
}

export class MLCEngine {
  constructor(options: { appConfig: { model_list: { model: string; model_id: string; model_lib: string }[] } })
  reload(model: string): Promise<void>
  readonly loadedModelIdToPipeline: Map<string, Pipeline>
}
