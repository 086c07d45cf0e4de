import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hubManifest, type ModelFacts } from './hub-model'
import { parseLibraries } from './libraries'
import { parseManifest } from './manifest'

const [LIBRARY] = parseLibraries(JSON.parse(readFileSync('public/models/libraries/libraries.json', 'utf8')))
if (!LIBRARY) throw new Error('There is no library.')
const FACTS: ModelFacts = {
  id: 'a-model',
  name: 'A model',
  parameters: 10,
  contextWindow: 8000,
  template: 'deepseek-r1',
  sampling: { temperature: 0.6, topP: 0.95 },
  licence: 'MIT',
}
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
  it('is a manifest like any other, with the library of the site and the index under its new name', () => {
    const manifest = hubManifest(REPORT, LIBRARY, FACTS)
    const artifacts = manifest.artifacts.map(({ path, bytes, sha256, role }) => ({ path, bytes, sha256, role }))
    expect(parseManifest({ ...manifest, artifacts })).toMatchObject({ id: 'a-model', source: { repository: 'a/b' } })
    expect(manifest.artifacts.map(({ path, from, role }) => [path, from, role])).toEqual([
      ['mlc-chat-config.json', undefined, 'config'],
      ['tensor-cache.json', 'ndarray-cache.json', 'config'],
      ['tokenizer.json', undefined, 'tokenizer'],
      ['params_shard_0.bin', undefined, 'shard'],
      [LIBRARY.file, undefined, 'library'],
    ])
    expect(manifest).toMatchObject({ contextWindow: 8000, historyTokens: 3000, requires: { features: ['shader-f16'] } })
  })

  it('never holds more than its library can', () => {
    expect(hubManifest(REPORT, LIBRARY, { ...FACTS, contextWindow: 10 ** 6 }).contextWindow).toBe(LIBRARY.context)
  })

  it("refuses a tokenizer without the template's tokens", () => {
    const report = { ...REPORT, addedTokens: ['<|im_start|>', '<think>', '</think>'] }
    expect(() => hubManifest(report, LIBRARY, FACTS)).toThrow(expect.objectContaining({ code: 'repository-unusable' }))
  })
})
