import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hubManifest, templateOf, type ModelFacts } from './hub-model'
import { parseKernels } from '../models/kernels'
import { parseManifest } from '../models/manifest-schema'
import { gpuPlan } from '../models/plan.fixture'

const [KERNELS] = parseKernels(JSON.parse(readFileSync('public/models/libraries/libraries.json', 'utf8')))
if (!KERNELS) throw new Error('There are no kernels.')
const FACTS: ModelFacts = {
  id: 'a-model',
  name: 'A model',
  parameters: 10,
  contextWindow: 8000,
  template: 'deepseek-r1',
  sampling: { temperature: 0.6, topP: 0.95 },
  licence: 'MIT',
}
/** The tokens of Qwen/Qwen3-8B that matter here, and some that do not. */
const QWEN3_TOKENS = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<tool_call>',
  '</tool_call>',
  '<think>',
  '</think>',
]
const file = (path: string) => ({ path, bytes: 10, sha256: 'ab'.repeat(32) })
const REPORT = {
  repository: 'a/b',
  revision: 'c'.repeat(40),
  files: ['mlc-chat-config.json', 'ndarray-cache.json', 'tokenizer.json', 'params_shard_0.bin'].map(file),
  indexPath: 'ndarray-cache.json',
  config: {},
  index: {},
  addedTokens: ['<｜User｜>', '<｜Assistant｜>', '<think>', '</think>'],
}

describe('hubManifest', () => {
  it('is a manifest like any other, with the kernels of the site and the index under its new name', () => {
    const manifest = hubManifest(REPORT, KERNELS, FACTS)
    const { build } = gpuPlan(manifest)
    const artifacts = build.artifacts.map(({ path, bytes, sha256, role }) => ({ path, bytes, sha256, role }))
    expect(parseManifest({ ...manifest, builds: [{ ...build, artifacts }] })).toMatchObject({
      id: 'a-model',
      source: { repository: 'a/b' },
    })
    expect(build.artifacts.map(({ path, from, role }) => [path, from, role])).toEqual([
      ['mlc-chat-config.json', undefined, 'config'],
      ['tensor-cache.json', 'ndarray-cache.json', 'config'],
      ['tokenizer.json', undefined, 'tokenizer'],
      ['params_shard_0.bin', undefined, 'shard'],
      [KERNELS.file, undefined, 'library'],
    ])
    expect(manifest).toMatchObject({ contextWindow: 8000, historyTokens: 3000 })
    expect(build.requires.features).toEqual(['shader-f16'])
  })

  it('never holds more than its kernels can', () => {
    expect(hubManifest(REPORT, KERNELS, { ...FACTS, contextWindow: 10 ** 6 }).contextWindow).toBe(KERNELS.context)
  })

  it("refuses a tokenizer without the template's tokens", () => {
    const report = { ...REPORT, addedTokens: ['<|im_start|>', '<think>', '</think>'] }
    expect(() => hubManifest(report, KERNELS, FACTS)).toThrow(expect.objectContaining({ code: 'repository-unusable' }))
  })

  it.each(['<|im_start|>', '<|im_end|>', '<|endoftext|>', '<think>', '</think>'])(
    'refuses one for Qwen3 without %s',
    (token) => {
      const report = { ...REPORT, addedTokens: QWEN3_TOKENS }
      const facts: ModelFacts = { ...FACTS, template: 'qwen3' }
      expect(hubManifest(report, KERNELS, facts).template).toBe('qwen3')
      const lacking = { ...report, addedTokens: QWEN3_TOKENS.filter((one) => one !== token) }
      expect(() => hubManifest(lacking, KERNELS, facts)).toThrow(token)
    },
  )
})

describe('templateOf', () => {
  it('knows a model by the control tokens of its tokenizer', () => {
    expect(templateOf(REPORT)).toBe('deepseek-r1')
    expect(templateOf({ ...REPORT, addedTokens: QWEN3_TOKENS })).toBe('qwen3')
  })

  it('refuses a model that has the tokens of a chat, but no thought', () => {
    const report = { ...REPORT, addedTokens: ['<|im_start|>', '<|im_end|>', '<|endoftext|>'] }
    expect(() => templateOf(report)).toThrow(expect.objectContaining({ code: 'repository-unusable' }))
  })
})
