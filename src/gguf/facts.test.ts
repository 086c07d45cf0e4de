import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { ggufOf, smallModel } from '../../test/fixtures/gguf'
import { readGguf } from './facts'
import { longestContext, memoryNeed, MOST_MEMORY } from './memory'

const blob = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes])

describe('readGguf', () => {
  it('says what a file says of itself', async () => {
    const bytes = ggufOf(
      smallModel({ change: { 'general.base_model.0.repo_url': 'https://huggingface.co/owner/name' } }),
    )
    expect(await readGguf(blob(bytes))).toEqual({
      bytes: bytes.length,
      version: 3,
      architecture: 'qwen2',
      name: 'Small',
      licence: 'apache-2.0',
      repository: 'owner/name',
      parameters: 32 * 29 + 32,
      tensorBytes: 4 * (32 * 29 + 32),
      quantization: 'F32',
      contextLength: 1024,
      layers: 2,
      embeddingLength: 32,
      kvHeads: [2, 2],
      keyLength: 8,
      valueLength: 8,
      // Two layers of two heads with 8 numbers for a key and 8 for a value, of two bytes each.
      cacheBytesPerToken: 128,
      vocabulary: {
        size: 29,
        tokenizer: 'gpt2',
        eos: { id: 2, content: '<|im_end|>' },
        addBos: false,
        addedTokens: ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
        endTokens: ['<|im_end|>', '<|endoftext|>'],
      },
      jinja: smallModel().metadata['tokenizer.chat_template'],
      otherTemplates: [],
      kernels: { unsuited: 'network' },
    })
  })

  it('reads version 2, and a header that is longer than the first piece of it', async () => {
    const tokens = Array.from({ length: 150_000 }, (_, index) => `token ${index}`)
    const long = smallModel({
      change: { 'tokenizer.ggml.tokens': tokens, 'tokenizer.ggml.token_type': tokens.map(() => 1) },
    })
    const tensors = [{ name: 'token_embd.weight', dimensions: [32, tokens.length], bytes: 128 * tokens.length }]
    expect(await readGguf(blob(ggufOf({ ...long, tensors, version: 2 })))).toMatchObject({
      version: 2,
      vocabulary: { size: 150_000, eos: { id: 2, content: 'token 2' } },
    })
  })

  it('reads heads and lengths that a file gives layer by layer', async () => {
    const change = {
      'qwen2.attention.head_count_kv': [1, 0],
      'qwen2.attention.key_length': 16,
      'qwen2.attention.value_length': 4,
    }
    expect(await readGguf(blob(ggufOf(smallModel({ change }))))).toMatchObject({
      kvHeads: [1, 0],
      cacheBytesPerToken: 40,
    })
  })

  it.each([
    [15, 'Q4_K_M'],
    [7, 'Q8_0'],
    [30, 'IQ4_XS'],
    [32, 'BF16'],
    [1024 + 15, 'F32'],
    [999, 'F32'],
    [undefined, 'F32'],
  ])('names the quantisation of recipe %j %s', async (recipe, name) => {
    const file = ggufOf(smallModel({ change: { 'general.file_type': recipe } }))
    expect(await readGguf(blob(file))).toMatchObject({ quantization: name })
  })

  it.each([
    ['llama', 'default', undefined, true],
    ['gpt2', 'llama-bpe', undefined, true],
    ['gpt2', 'qwen2', undefined, false],
    ['gpt2', 'llama-bpe', false, false],
  ])('knows whether a prompt of %s (%s, said: %j) begins with a token: %j', async (model, pre, said, expected) => {
    const change = {
      'tokenizer.ggml.model': model,
      'tokenizer.ggml.pre': pre,
      'tokenizer.ggml.add_bos_token': said,
      'tokenizer.ggml.bos_token_id': 0,
    }
    const { vocabulary } = await readGguf(blob(ggufOf(smallModel({ change }))))
    expect(vocabulary).toMatchObject({ addBos: expected, bos: { id: 0, content: '<|endoftext|>' } })
  })

  it('takes an end that a file calls an ordinary token for a control token, as llama.cpp does', async () => {
    const { metadata, tensors } = smallModel()
    const kinds = Array.from({ length: 29 }, () => 1)
    const { vocabulary } = await readGguf(
      blob(ggufOf({ metadata: { ...metadata, 'tokenizer.ggml.token_type': kinds }, tensors })),
    )
    expect(vocabulary.addedTokens).toEqual(['<|endoftext|>', '<|im_end|>'])
  })

  it('reads Nano', async () => {
    const bytes = await readFile('public/models/nano/nano.gguf')
    expect(await readGguf(new Blob([bytes]))).toMatchObject({
      bytes: bytes.length,
      architecture: 'qwen2',
      vocabulary: {
        addBos: true,
        bos: { content: '<｜begin▁of▁sentence｜>' },
        eos: { content: '<｜end▁of▁sentence｜>' },
      },
    })
  })
})

describe('memory', () => {
  it('is weights, cache and what is computed', async () => {
    const facts = await readGguf(blob(ggufOf(smallModel())))
    const need = memoryNeed(facts, 1000)
    expect(need).toMatchObject({ weights: facts.bytes, cache: 128_000 })
    expect(need.total).toBe(need.weights + need.cache + need.work)
    expect(longestContext(facts)).toBe(1024)
    expect(memoryNeed({ ...facts, cacheBytesPerToken: 1_000_000 }, 1024).total).toBeLessThan(MOST_MEMORY)
    const large = { ...facts, cacheBytesPerToken: 10_000_000, contextLength: 1_000_000 }
    const tokens = longestContext(large)
    expect(memoryNeed(large, tokens).total).toBeLessThanOrEqual(MOST_MEMORY)
    expect(memoryNeed(large, tokens + 1).total).toBeGreaterThan(MOST_MEMORY)
    expect(longestContext({ ...facts, bytes: 4 * 1024 ** 3 })).toBe(0)
  })
})
