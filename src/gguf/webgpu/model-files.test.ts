import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ggufOf, smallModel, type GgufTensor } from '../../../test/fixtures/gguf'
import { readHeader } from '../header'
import { kernelNeeds } from './kernel-needs'
import { modelFiles } from './model-files'

const NANO = readFileSync('public/models/nano/nano.gguf')
const CONFIG = (JSON.parse(readFileSync('public/models/nano/mlc-chat-config.json', 'utf8')) as { model_config: object })
  .model_config

interface Index {
  readonly records: readonly {
    readonly dataPath: string
    readonly nbytes: number
    readonly records: readonly { name: string; shape: number[]; dtype: string; nbytes: number; byteOffset: number }[]
  }[]
}

const jsonOf = async <T>(files: Awaited<ReturnType<typeof modelFiles>>, path: string): Promise<T> =>
  JSON.parse(new TextDecoder().decode(await files.get(path)?.())) as T
const needsOf = async (bytes: Uint8Array<ArrayBuffer>) => kernelNeeds(await readHeader(new Blob([bytes])))
/** Nano with one byte after the other changed. */
const changed = (change: (bytes: Uint8Array<ArrayBuffer>) => void) => {
  const bytes = Uint8Array.from(NANO)
  change(bytes)
  return new Blob([bytes])
}

describe('the files of a converted folder, made of a GGUF file', () => {
  it('list every tensor of the kernels, one behind the other', async () => {
    const index = await jsonOf<Index>(await modelFiles(new Blob([NANO]), 1024), 'tensor-cache.json')
    const shipped = JSON.parse(readFileSync('public/models/nano/tensor-cache.json', 'utf8')) as Index
    const namesOf = ({ records }: Index) => records.flatMap((shard) => shard.records.map(({ name }) => name))
    expect(namesOf(index)).toEqual(namesOf(shipped))
    for (const { nbytes, records } of index.records) {
      let end = 0
      for (const { byteOffset, nbytes: bytes, shape } of records) {
        expect(byteOffset).toBe(end)
        expect(bytes).toBe(4 * shape.reduce((product, length) => product * length, 1))
        end += bytes
      }
      expect(nbytes).toBe(end)
    }
  })

  it('have the numbers of the file', async () => {
    const files = await modelFiles(new Blob([NANO]), 1024)
    const { records } = await jsonOf<Index>(files, 'tensor-cache.json')
    const [shard] = records
    const bytes = (await files.get(shard?.dataPath ?? '')?.()) ?? new ArrayBuffer()
    expect(bytes.byteLength).toBe(shard?.nbytes)
    // Its norms are stored in f32 there and here.
    const norm = shard?.records.find(({ name }) => name.endsWith('input_layernorm.weight'))
    const header = await readHeader(new Blob([NANO]))
    const own = header.tensors.find(({ name }) => name === 'blk.0.attn_norm.weight')
    const at = header.dataStart + (own?.offset ?? 0)
    expect(Buffer.from(bytes, norm?.byteOffset, norm?.nbytes)).toEqual(
      Buffer.from(NANO.subarray(at, at + (own?.bytes ?? 0))),
    )
  })

  it('have the tokenizer of the file', async () => {
    interface Tokenizer {
      readonly added_tokens: readonly object[]
      readonly pre_tokenizer: object
      readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly unknown[] }
    }
    const made = await jsonOf<Tokenizer>(await modelFiles(new Blob([NANO]), 1024), 'tokenizer.json')
    const shipped = JSON.parse(readFileSync('public/models/nano/tokenizer.json', 'utf8')) as Tokenizer
    expect(made.added_tokens).toEqual(shipped.added_tokens)
    for (const [token, id] of Object.entries(shipped.model.vocab)) expect(made.model.vocab[token]).toBe(id)
    expect(made.model.merges).toHaveLength(shipped.model.merges.length)
  })

  it('read no more of the file than a slice at a time, and nothing of weights before a shard is asked for', async () => {
    const slices: number[] = []
    class Watched extends Blob {
      override slice(start = 0, end = this.size): Blob {
        slices.push(end - start)
        return super.slice(start, end)
      }
    }
    const files = await modelFiles(new Watched([NANO]), 1024)
    expect(slices.reduce((total, bytes) => total + bytes, 0)).toBeLessThanOrEqual(2 * 1024 * 1024)
    await files.get('params_shard_0.bin')?.()
    expect(Math.max(...slices)).toBeLessThanOrEqual(4 * 1024 * 1024)
  })

  it('are refused where the file is cut, damaged or lost', async () => {
    await expect(modelFiles(new Blob([NANO.subarray(0, -1000)]), 1024)).rejects.toMatchObject({
      code: 'gguf-unusable',
      details: { reason: 'cut-tensors' },
    })
    const { dataStart, tensors } = await readHeader(new Blob([NANO]))
    const table = tensors.find(({ name }) => name === 'token_embd.weight')
    const damaged = changed((bytes) => bytes.set([0, 0x7c], dataStart + (table?.offset ?? 0)))
    const files = await modelFiles(damaged, 1024)
    await expect(files.get('params_shard_0.bin')?.()).rejects.toMatchObject({
      code: 'gguf-unusable',
      details: { reason: 'numbers-invalid', what: 'token_embd.weight' },
    })
    const norm = tensors.find(({ name }) => name === 'output_norm.weight')
    const infinite = changed((bytes) => bytes.set([0, 0, 0x80, 0x7f], dataStart + (norm?.offset ?? 0)))
    await expect((await modelFiles(infinite, 1024)).get('params_shard_0.bin')?.()).rejects.toMatchObject({
      details: { reason: 'numbers-invalid', what: 'output_norm.weight' },
    })
    class Lost extends Blob {
      override slice(start = 0, end = this.size): Blob {
        const part = super.slice(start, end)
        if (start >= dataStart) part.arrayBuffer = () => Promise.reject(new DOMException('lost', 'NotReadableError'))
        return part
      }
    }
    await expect((await modelFiles(new Lost([NANO]), 1024)).get('params_shard_0.bin')?.()).rejects.toMatchObject({
      code: 'artifact-damaged',
    })
  })

  it('are refused for a file that no kernels can read', async () => {
    await expect(modelFiles(new Blob([ggufOf(smallModel())]), 1024)).rejects.toMatchObject({
      code: 'gguf-unusable',
      details: { reason: 'no-kernels' },
    })
  })
})

describe('what kernels a file needs', () => {
  it('is its network, and the layout of each matrix', async () => {
    const found = await needsOf(Uint8Array.from(NANO))
    expect(found).toMatchObject({ layouts: expect.stringMatching(/^q4_0( q4_0)+$/) as unknown })
    if (!('network' in found)) throw new Error('Nano has no network.')
    const own = new Map<string, unknown>(Object.entries(found.network))
    for (const [name, value] of Object.entries(CONFIG))
      if (typeof value === 'number' && own.has(name)) expect(own.get(name)).toBeCloseTo(value, 9)
  })

  /** Two layers of a network that kernels could be compiled for. */
  const whole = (change: Parameters<typeof smallModel>[0] = {}, types: Readonly<Record<string, number>> = {}) => {
    const parts = smallModel({
      ...change,
      change: { 'qwen2.feed_forward_length': 64, 'qwen2.attention.layer_norm_rms_epsilon': 1e-6, ...change.change },
    })
    const layer = (index: number): GgufTensor[] =>
      Object.entries({
        'attn_q.weight': [32, 32],
        'attn_k.weight': [32, 16],
        'attn_v.weight': [32, 16],
        'attn_q.bias': [32],
        'attn_k.bias': [16],
        'attn_v.bias': [16],
        'attn_output.weight': [32, 32],
        'ffn_gate.weight': [32, 64],
        'ffn_up.weight': [32, 64],
        'ffn_down.weight': [64, 32],
        'attn_norm.weight': [32],
        'ffn_norm.weight': [32],
      }).map(([name, dimensions]) => ({ name: `blk.${index}.${name}`, dimensions }))
    const tensors = [...parts.tensors, ...layer(0), ...layer(1)].map((tensor) => {
      const type = types[tensor.name] ?? (tensor.dimensions.length > 1 ? Q8_0 : F32)
      const weights = tensor.dimensions.reduce<number>((product, length) => product * Number(length), 1)
      const bytes = { [F32]: 4 * weights, [F16]: 2 * weights, [Q8_0]: (weights / 32) * 34, [Q4_0]: (weights / 32) * 18 }
      return { ...tensor, type, bytes: bytes[type] ?? 0 }
    })
    return { ...parts, tensors }
  }
  const [F32, F16, Q4_0, Q8_0] = [0, 1, 2, 8]

  it('may mix types within a fused matrix', async () => {
    expect(
      await needsOf(ggufOf(whole({}, { 'blk.1.attn_v.weight': Q4_0, 'blk.0.ffn_down.weight': Q4_0 }))),
    ).toMatchObject({
      layouts: 'q8_0 q8_0 q8_0 q8_0 q4_0 q8_0 q8_0 q8_0 q8_0',
    })
  })

  it.each([
    ['types', 'a matrix that no layout holds', whole({}, { 'blk.1.attn_output.weight': F16 })],
    [
      'network',
      'another tensor',
      { ...whole(), tensors: [...whole().tensors, { name: 'rope_freqs.weight', dimensions: [4] }] },
    ],
    ['network', 'one tensor less', { ...whole(), tensors: whole().tensors.slice(0, -1) }],
    ['network', 'scaled positions', whole({ change: { 'qwen2.rope.scaling.type': 'linear' } })],
    ['network', 'a window', whole({ change: { 'qwen2.attention.sliding_window': 128 } })],
    ['network', 'turned parts of a head', whole({ change: { 'qwen2.rope.dimension_count': 4 } })],
    ['network', 'another tokenizer', whole({ change: { 'tokenizer.ggml.pre': 'tekken' } })],
    ['network', 'no tokens on bytes', whole({ change: { 'tokenizer.ggml.model': 'llama' } })],
    ['network', 'another architecture', whole({ change: { 'general.architecture': 'gemma2' } })],
  ])('cannot be met: %s, for %s', async (unsuited, _, parts) => {
    expect(await needsOf(ggufOf(parts))).toEqual({ unsuited })
  })
})
