import { Validator } from '@cfworker/json-schema'
import { describe, expect, it } from 'vitest'
import schema from '../../compiler/manifest.schema.json'
import { artifactsOf, upToDate, type ModelManifest } from './manifest'
import { parseManifest } from './manifest-schema'

const MEBIBYTE = 1024 * 1024
const SHA256 = 'ab'.repeat(32)
const artifact = (path: string, role: string, bytes: unknown = 10) => ({ path, bytes, sha256: SHA256, role })
const CONFIG = artifact('mlc-chat-config.json', 'config')
const INDEX = artifact('tensor-cache.json', 'config')
const TOKENIZER = artifact('tokenizer.json', 'tokenizer')
const LIBRARY = artifact('nano-software.wasm', 'library')
const SHARD = artifact('params_shard_0.bin', 'shard', 512 * MEBIBYTE)
const GGUF = artifact('nano.gguf', 'gguf')
const FILES = [CONFIG, INDEX, TOKENIZER, LIBRARY]

const GOOD = {
  version: 1,
  id: 'nano',
  name: 'Nano',
  parameters: 977_024,
  contextWindow: 1024,
  quantization: 'q4f32_1',
  library: { profile: 'software' },
  requires: { features: ['shader-f16'], limits: { maxBufferSize: 268_435_456 } },
  template: 'deepseek-r1',
  sampling: { temperature: 0, topP: 1 },
  historyTokens: 0,
  licence: 'Apache-2.0',
  source: { revision: 'r1', repository: 'somewhere/nano' },
  artifacts: [...FILES, SHARD],
}

const TURN = { before: [{ kind: 'token', content: '<|im_start|>' }], after: [{ kind: 'text', text: '\n' }] }
const TEMPLATE = { begin: [], user: TURN, assistant: TURN, stop: ['<|im_end|>'] }
const WHOLE_TEMPLATE = {
  ...TEMPLATE,
  system: { ...TURN, inQuestion: true },
  openReply: TURN.after,
  openThought: TURN.before,
  noThought: [{ kind: 'token', content: '<think>', optional: true }],
  thought: { open: '<think>', close: '</think>' },
}

const { quantization, library, requires, artifacts: webgpuArtifacts, version: _, ...MODEL } = GOOD
const WEBGPU = { engine: 'webgpu', quantization, library, requires, artifacts: webgpuArtifacts }
const BIG_GGUF = artifact('model.gguf', 'gguf', 4096 * MEBIBYTE)
const PROCESSOR = { engine: 'processor', quantization: 'Q4_K_M', addedTokens: ['<think>'], artifacts: [BIG_GGUF] }
const BUILDS = { version: 2, ...MODEL, builds: [WEBGPU, PROCESSOR] }
const GPU_GGUF = { ...WEBGPU, quantization: 'gguf', artifacts: [BIG_GGUF, LIBRARY] }
const onGpu = (artifacts: readonly unknown[]) => ({ ...BUILDS, builds: [{ ...GPU_GGUF, artifacts }] })
const processor = (change: object) => ({ ...BUILDS, builds: [{ ...PROCESSOR, ...change }] })

const validator = new Validator(schema, '2020-12')
const compilerAccepts = (manifest: unknown) => validator.validate(manifest).valid
const without = (name: keyof typeof GOOD) => Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name))

/** The field that the site names, and a manifest that is wrong in it. */
const BAD: readonly (readonly [field: string, manifest: unknown])[] = [
  ['manifest', null],
  ['version', [GOOD]],
  ...(Object.keys(GOOD) as (keyof typeof GOOD)[]).map((name) => [name, without(name)] as const),
  ['extra', { ...GOOD, extra: 1 }],
  ['version', { ...GOOD, version: 3 }],
  ['version', { ...GOOD, version: '1' }],
  ['id', { ...GOOD, id: 'Nano' }],
  ['id', { ...GOOD, id: '' }],
  ['id', { ...GOOD, id: '.hidden' }],
  ['id', { ...GOOD, id: 'a/../b' }],
  ['id', { ...GOOD, id: 'a'.repeat(65) }],
  ['name', { ...GOOD, name: '' }],
  ['name', { ...GOOD, name: 'n'.repeat(101) }],
  ['parameters', { ...GOOD, parameters: 0 }],
  ['contextWindow', { ...GOOD, contextWindow: 1.5 }],
  ['contextWindow', { ...GOOD, contextWindow: '1024' }],
  ['quantization', { ...GOOD, quantization: 'q9f99' }],
  ['library.profile', { ...GOOD, library: {} }],
  ['library.profile', { ...GOOD, library: { profile: 'abacus' } }],
  ['library.path', { ...GOOD, library: { profile: 'software', path: 'x' } }],
  ['requires.limits', { ...GOOD, requires: { features: [] } }],
  ['requires.features', { ...GOOD, requires: { features: ['a', 'a'], limits: {} } }],
  ['requires.features.0', { ...GOOD, requires: { features: [1], limits: {} } }],
  ['requires.limits.maxBufferSize', { ...GOOD, requires: { features: [], limits: { maxBufferSize: 0 } } }],
  ['requires.limits.maxBufferSize', { ...GOOD, requires: { features: [], limits: { maxBufferSize: 0.5 } } }],
  ['template', { ...GOOD, template: 'chatml' }],
  ...(
    [
      ['template.stop', { stop: [] }],
      ['template.stop', { stop: Array.from({ length: 33 }, (_, index) => String(index)) }],
      ['template', { begin: '<s>' }],
      ['template.begin.0.text', { begin: [{ kind: 'text', text: '' }] }],
      ['template.begin.0.text', { begin: [{ kind: 'text', text: 'x'.repeat(4097) }] }],
      ['template.begin.0.content', { begin: [{ kind: 'token', content: 'x'.repeat(129) }] }],
      ['template', { begin: [{ kind: 'token', text: 'x' }] }],
      ['template.begin', { begin: Array.from({ length: 33 }, () => ({ kind: 'text', text: 'x' })) }],
      ['template', { user: { before: [] } }],
      ['template', { system: { ...TURN, inQuestion: false } }],
      ['template', { thought: { open: '<thought>', close: '</think>' } }],
      ['template', { jinja: '{{ bos_token }}' }],
    ] as const
  ).map(([field, change]) => [field, { ...GOOD, template: { ...TEMPLATE, ...change } }] as const),
  ['sampling.temperature', { ...GOOD, sampling: { temperature: 2.1, topP: 1 } }],
  ['sampling.temperature', { ...GOOD, sampling: { temperature: -0.1, topP: 1 } }],
  ['sampling.topP', { ...GOOD, sampling: { temperature: 1, topP: 0 } }],
  ['sampling.topP', { ...GOOD, sampling: { temperature: 1, topP: 1.1 } }],
  ['historyTokens', { ...GOOD, historyTokens: -1 }],
  ['licence', { ...GOOD, licence: '' }],
  ['source.revision', { ...GOOD, source: { revision: '' } }],
  ['source.repository', { ...GOOD, source: { revision: 'r', repository: '' } }],
  ['artifacts', { ...GOOD, artifacts: [] }],
  ...FILES.map((file) => ['artifacts', { ...GOOD, artifacts: FILES.filter((other) => other !== file) }] as const),
  ['artifacts', { ...GOOD, artifacts: [...FILES, artifact('other.wasm', 'library')] }],
  ...['../x', 'a/b', '/x', '.x', '', 'https://elsewhere.example/x', 'a b', 'é'].map(
    (path) => ['artifacts.4.path', { ...GOOD, artifacts: [...FILES, artifact(path, 'shard')] }] as const,
  ),
  ...[0, -1, 1.5, '10', 512 * MEBIBYTE + 1].map(
    (bytes) => ['artifacts.4.bytes', { ...GOOD, artifacts: [...FILES, artifact('x', 'shard', bytes)] }] as const,
  ),
  ...['', SHA256.toUpperCase(), SHA256.slice(1), `${SHA256}0`].map(
    (sha256) => ['artifacts.4.sha256', { ...GOOD, artifacts: [...FILES, { ...SHARD, sha256 }] }] as const,
  ),
  ['artifacts.4.role', { ...GOOD, artifacts: [...FILES, GGUF] }],
  ['gguf.role', { ...GOOD, gguf: SHARD }],
  ['gguf.path', { ...GOOD, gguf: { ...GGUF, path: '../x' } }],
  ['gguf.md5', { ...GOOD, gguf: { ...GGUF, md5: '0' } }],
  ['artifacts.4.role', { ...GOOD, artifacts: [...FILES, artifact('x', 'readme')] }],
  ['builds', { version: 2, ...MODEL }],
  ['builds', { ...BUILDS, builds: [] }],
  ['builds', { ...BUILDS, builds: [PROCESSOR, PROCESSOR] }],
  ['builds.0.engine', { ...BUILDS, builds: [{ ...PROCESSOR, engine: 'abacus' }] }],
  ['builds.0.artifacts', processor({ artifacts: [TOKENIZER] })],
  ['builds.0.artifacts', processor({ artifacts: [GGUF, BIG_GGUF] })],
  ['builds.0.artifacts.1.role', processor({ artifacts: [GGUF, SHARD] })],
  ['builds.0.artifacts.0.bytes', processor({ artifacts: [{ ...GGUF, bytes: 4096 * MEBIBYTE + 1 }] })],
  ['builds.0.addedTokens.0', processor({ addedTokens: [''] })],
  ['builds.0.quantization', processor({ quantization: '' })],
  ['builds.0.requires', processor({ requires })],
  ['builds.0.artifacts', onGpu([GGUF])],
  ['builds.0.artifacts', onGpu([GGUF, BIG_GGUF])],
  ['builds.0.artifacts', onGpu([GGUF, LIBRARY, LIBRARY])],
  ['builds.0.artifacts.1.role', onGpu([GGUF, SHARD])],
  ['artifacts.4.role', { ...GOOD, artifacts: [...FILES, GGUF] }],
  ['artifacts', { ...BUILDS, artifacts: [] }],
  ['artifacts.4.md5', { ...GOOD, artifacts: [...FILES, { ...SHARD, md5: '0' }] }],
]

describe('the manifest, by the site’s schema and by the compiler’s', () => {
  it.each([
    ['all fields', GOOD],
    ['no repository', { ...GOOD, source: { revision: 'r1' } }],
    ['a file for llama.cpp', { ...GOOD, gguf: GGUF }],
    ['weights in their own types', { ...GOOD, quantization: 'gguf' }],
    ['weights in eight bits', { ...GOOD, quantization: 'q8_0' }],
    ['a template as data', { ...GOOD, template: TEMPLATE }],
    ['a template with all that one can have', { ...GOOD, template: WHOLE_TEMPLATE }],
    ['no requirements', { ...GOOD, requires: { features: [], limits: {} } }],
    ['the longest id', { ...GOOD, id: `0${'a.b-c_'.repeat(10)}end` }],
    ['two paths with the same bytes', { ...GOOD, artifacts: [...GOOD.artifacts, { ...SHARD, path: 'again.bin' }] }],
    ['two builds', BUILDS],
    ['one build, for the processor', processor({})],
    ['a tokenizer beside the file', processor({ artifacts: [TOKENIZER, GGUF] })],
    ['one file for both engines', { ...BUILDS, builds: [GPU_GGUF, PROCESSOR] }],
  ])('is accepted with %s', (_, manifest) => {
    expect(compilerAccepts(manifest)).toBe(true)
    expect(parseManifest(manifest)).toMatchObject({ version: 2, id: manifest.id })
  })

  it('of version 1 becomes one of version 2, and what is stored of it too', () => {
    const expected = {
      version: 2,
      ...MODEL,
      builds: [WEBGPU, { engine: 'processor', artifacts: [GGUF, TOKENIZER] }],
    }
    expect(parseManifest({ ...GOOD, gguf: GGUF })).toEqual(expected)
    expect(upToDate({ ...GOOD, gguf: GGUF } as unknown as ModelManifest)).toEqual(expected)
    expect(upToDate(parseManifest(BUILDS))).toEqual(BUILDS)
    expect(artifactsOf(parseManifest(BUILDS)).map(({ path }) => path)).toEqual([
      ...FILES.map(({ path }) => path),
      'params_shard_0.bin',
      'model.gguf',
    ])
  })

  it.each(BAD)('is refused at %s (%#)', (field, manifest) => {
    expect(() => parseManifest(manifest)).toThrow(
      expect.objectContaining({ code: 'manifest-invalid', details: expect.objectContaining({ field }) as unknown }),
    )
    expect(compilerAccepts(manifest)).toBe(false)
  })

  it('lists no path twice, which only the site’s schema can say', () => {
    const artifacts = [...GOOD.artifacts, { ...SHARD, sha256: '0'.repeat(64) }]
    expect(() => parseManifest({ ...GOOD, artifacts })).toThrow('a path is listed twice')
  })
})
