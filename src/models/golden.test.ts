import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { firstDifference, kernelsSha256, parseGolden, withGoldenKernels } from './golden'
import { artifactsOf } from './manifest'
import { parseManifest } from './manifest-schema'
import { gpuPlan } from './plan.fixture'

const FOLDER = 'public/models/nano/'
const F16_FOLDER = 'public/models/self-test-f16/'
const json = (name: string, folder = FOLDER) =>
  JSON.parse(readFileSync(folder + name, 'utf8')) as Record<string, unknown>
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const shipped = json('golden.json')

describe('golden.json', () => {
  it('is valid as it ships, and its kernels are the file beside it', () => {
    const { kernels, prompts } = parseGolden(shipped)
    const bytes = readFileSync(FOLDER + kernels.path)
    expect(kernels.bytes).toBe(bytes.length)
    expect(kernels.sha256).toBe(sha256(bytes))
    expect(prompts.length).toBeGreaterThanOrEqual(20)
    expect(new Set(prompts.map(({ reply }) => reply.at(-1))).size).toBe(1)
  })

  it.each([
    ['library.path', { ...shipped, library: { path: '../x.wasm', bytes: 1, sha256: 'a'.repeat(64) } }],
    ['prompts', { ...shipped, prompts: [] }],
    ['prompts.0.reply', { ...shipped, prompts: [{ family: 'add', prompt: [1], reply: [], answer: '' }] }],
    ['library', { version: 1, prompts: shipped.prompts }],
  ])('is refused when %s is wrong', (field, data) => {
    expect(() => parseGolden(data)).toThrow(
      expect.objectContaining({ code: 'manifest-invalid', details: expect.objectContaining({ field }) as unknown }),
    )
  })
})

describe('Nano in f16, for the self-test', () => {
  const f16 = parseManifest(json('manifest.json', F16_FOLDER))
  it('is the files beside its manifest', () => {
    for (const { path, bytes, sha256: expected } of artifactsOf(f16)) {
      const file = readFileSync(F16_FOLDER + path)
      expect([path, file.length, sha256(file)]).toEqual([path, bytes, expected])
    }
  })

  it('is the Nano that the golden replies are of, on the kernels of the big models with shader-f16', () => {
    const nano = parseManifest(json('manifest.json'))
    const tokenizer = (model: typeof nano) => artifactsOf(model).find(({ role }) => role === 'tokenizer')?.sha256
    expect(f16).toMatchObject({
      ...{ source: nano.source, parameters: nano.parameters, contextWindow: nano.contextWindow },
      builds: [{ quantization: 'q4f16_1', library: { profile: 'gpu' }, requires: { features: ['shader-f16'] } }],
    })
    expect(tokenizer(f16)).toBe(tokenizer(nano))
  })
})

describe('withGoldenKernels', () => {
  it('exchanges the kernels and nothing else', () => {
    const { build } = gpuPlan(parseManifest(json('manifest.json')))
    const golden = parseGolden(shipped)
    const changed = withGoldenKernels(build, golden)
    const kernels = changed.artifacts.filter(({ role }) => role === 'library')
    expect(kernels).toEqual([{ ...golden.kernels, role: 'library' }])
    expect(changed.artifacts).toHaveLength(build.artifacts.length)
    expect(kernelsSha256(changed)).toBe(golden.kernels.sha256)
    expect(changed).toEqual({ ...build, library: { profile: 'gpu' }, artifacts: changed.artifacts })
  })
})

describe('firstDifference', () => {
  const golden = { family: 'add', prompt: [1], reply: [5, 6, 7], answer: '' }
  it('finds the first token that is another, or is not there', () => {
    expect(firstDifference(golden, [5, 6, 7])).toBeUndefined()
    expect(firstDifference(golden, [5, 9, 8])).toEqual({ token: 1, expected: 6, got: 9 })
    expect(firstDifference(golden, [5])).toEqual({ token: 1, expected: 6 })
  })
})
