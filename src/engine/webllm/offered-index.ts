import * as v from 'valibot'

const recordSchema = v.looseObject({ dtype: v.string(), shape: v.array(v.number()) })
const indexSchema = v.looseObject({ records: v.array(v.looseObject({ records: v.array(recordSchema) })) })

/**
 * The index of tensors as a library without `shader-f16` wants it: f16 tensors are read as pairs in u32 words. The bytes
 * stay the same; dtype and last dimension of their records change. (compiler: `offered_index`)
 */
export function indexInWords(bytes: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const index = v.parse(indexSchema, JSON.parse(new TextDecoder().decode(bytes)))
  const records = index.records.map((shard) => ({ ...shard, records: shard.records.map(inWords) }))
  return new TextEncoder().encode(JSON.stringify({ ...index, records }))
}

function inWords(record: v.InferOutput<typeof recordSchema>): v.InferOutput<typeof recordSchema> {
  const last = record.shape.at(-1)
  if (record.dtype !== 'float16' || last === undefined) return record
  return { ...record, dtype: 'uint32', shape: [...record.shape.slice(0, -1), last / 2] }
}
