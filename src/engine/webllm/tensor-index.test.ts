import { describe, expect, it } from 'vitest'
import { indexInWords, shardsInOrder } from './tensor-index'

const offered = (index: unknown) =>
  JSON.parse(new TextDecoder().decode(indexInWords(new TextEncoder().encode(JSON.stringify(index)).buffer))) as unknown

describe('indexInWords', () => {
  it('makes f16 tensors pairs in u32 words and leaves everything else as it is', () => {
    const codes = { name: 'w.q_weight', dtype: 'uint32', shape: [8, 4], nbytes: 128, byteOffset: 0 }
    const scale = { name: 'w.q_scale', dtype: 'float16', shape: [8, 6], nbytes: 96, byteOffset: 128 }
    const index = { metadata: { ParamSize: 2 }, records: [{ dataPath: 'a.bin', nbytes: 224, records: [codes, scale] }] }
    expect(offered(index)).toEqual({
      metadata: { ParamSize: 2 },
      records: [{ dataPath: 'a.bin', nbytes: 224, records: [codes, { ...scale, dtype: 'uint32', shape: [8, 3] }] }],
    })
  })

  it('refuses what is no index', () => {
    expect(() => offered({ records: [{}] })).toThrow()
  })
})

describe('shardsInOrder', () => {
  it('keeps the order of the index, which is not that of the names', () => {
    const records = ['params_shard_2.bin', 'params_shard_10.bin'].map((dataPath) => ({
      dataPath,
      nbytes: 0,
      records: [],
    }))
    expect(shardsInOrder(new TextEncoder().encode(JSON.stringify({ records })).buffer)).toEqual([
      'params_shard_2.bin',
      'params_shard_10.bin',
    ])
  })
})
