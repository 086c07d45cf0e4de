import * as v from 'valibot'

/** WebLLM's list of tensors, and of the files they lie in. */
export const TENSOR_INDEX = 'tensor-cache.json'

const recordSchema = v.looseObject({ dtype: v.string(), shape: v.array(v.number()) })
const indexSchema = v.looseObject({
  records: v.array(v.looseObject({ dataPath: v.string(), records: v.array(recordSchema) })),
})

const parse = (bytes: ArrayBuffer) => v.parse(indexSchema, JSON.parse(new TextDecoder().decode(bytes)))

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

function inWords(record: v.InferOutput<typeof recordSchema>): v.InferOutput<typeof recordSchema> {
  const last = record.shape.at(-1)
  if (record.dtype !== 'float16' || last === undefined) return record
  return { ...record, dtype: 'uint32', shape: [...record.shape.slice(0, -1), last / 2] }
}
