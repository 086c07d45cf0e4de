import { readModelJson } from '../model-json'

/** WebLLM's list of tensors, and of the files they lie in. */
export const TENSOR_INDEX = 'tensor-cache.json'

const parse = (bytes: ArrayBuffer) => readModelJson(TENSOR_INDEX, bytes)
type Tensor = ReturnType<typeof parse>['records'][number]['records'][number]

/** The files of the index in the order in which WebLLM reads them. */
export function shardsInOrder(bytes: ArrayBuffer): string[] {
  return parse(bytes).records.map(({ dataPath }) => dataPath)
}

/**
 * The index as kernels without `shader-f16` want it: f16 tensors are read as pairs in u32 words. The bytes of the tensors
 * stay the same; dtype and last dimension of their records change. (compiler: `offered_index`)
 */
export function indexInWords(bytes: ArrayBuffer): ArrayBuffer {
  const index = parse(bytes)
  const records = index.records.map((shard) => ({ ...shard, records: shard.records.map(inWords) }))
  return new TextEncoder().encode(JSON.stringify({ ...index, records })).slice().buffer
}

function inWords(record: Tensor): Tensor {
  const last = record.shape.at(-1)
  if (record.dtype !== 'float16' || last === undefined) return record
  return { ...record, dtype: 'uint32', shape: [...record.shape.slice(0, -1), last / 2] }
}
