import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { firstDifference, parseGolden, withGoldenLibrary } from './golden'
import { parseManifest } from './manifest'

const FOLDER = 'public/models/nano/'
const json = (name: string) => JSON.parse(readFileSync(FOLDER + name, 'utf8')) as Record<string, unknown>
const shipped = json('golden.json')

describe('golden.json', () => {
  it('is valid as it ships, and its library is the file beside it', () => {
    const { library, prompts } = parseGolden(shipped)
    const bytes = readFileSync(FOLDER + library.path)
    expect(library.bytes).toBe(bytes.length)
    expect(library.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
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

describe('withGoldenLibrary', () => {
  it('exchanges the library and nothing else', () => {
    const model = parseManifest(json('manifest.json'))
    const golden = parseGolden(shipped)
    const changed = withGoldenLibrary(model, golden)
    const libraries = changed.artifacts.filter(({ role }) => role === 'library')
    expect(libraries).toEqual([{ ...golden.library, role: 'library' }])
    expect(changed.artifacts).toHaveLength(model.artifacts.length)
    expect(parseManifest(changed)).toEqual({ ...model, library: { profile: 'gpu' }, artifacts: changed.artifacts })
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
