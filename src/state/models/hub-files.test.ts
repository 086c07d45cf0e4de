import { describe, expect, it } from 'vitest'
import { hubFiles, quantizationIn } from './hub-files'

const GIB = 1024 ** 3
const SHA256 = 'ab'.repeat(32)
const file = (path: string, gib: number, sha256: string | undefined = SHA256) => ({
  path,
  bytes: gib * GIB,
  ...(sha256 && { sha256 }),
})
const choose = (files: ReturnType<typeof file>[], deviceMemoryGiB?: number) =>
  hubFiles({ repository: 'a/b', revision: 'main', hasMlc: false, ggufs: files }, deviceMemoryGiB).files
const recommended = (...given: Parameters<typeof choose>) => choose(...given).find((one) => one.recommended)?.path

describe('quantizationIn', () => {
  it.each([
    ['DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen2-0_5b-instruct-q8_0.gguf', 'Q8_0'],
    ['Qwen_Qwen3-0.6B-IQ4_XS.gguf', 'IQ4_XS'],
    ['Qwen3-0.6B-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['tinyllama-1.1b-chat-v1.0.Q4_0.gguf', 'Q4_0'],
    ['q8/model-BF16.gguf', 'BF16'],
    ['smollm2.F16.GGUF', 'F16'],
    ['Qwen3-0.6B.gguf', undefined],
    ['model.gguf', undefined],
  ])('%s has %s', (path, name) => {
    expect(quantizationIn(path)).toBe(name)
  })
})

describe('hubFiles', () => {
  const R1 = [
    file('m-F16.gguf', 3.31),
    file('m-Q2_K.gguf', 0.7),
    file('m-Q3_K_M.gguf', 0.86),
    file('m-Q4_K_M.gguf', 1.04),
    file('m-Q8_0.gguf', 1.76),
  ]

  it('recommends Q4_K_M where it fits comfortably, and puts it first', () => {
    expect(choose(R1).map(({ path, problem, exactness }) => [path, problem, exactness])).toEqual([
      ['m-Q4_K_M.gguf', undefined, 'good'],
      ['m-Q8_0.gguf', undefined, 'almost'],
      ['m-Q3_K_M.gguf', undefined, 'less'],
      ['m-Q2_K.gguf', undefined, 'little'],
      ['m-F16.gguf', 'too-large', 'full'],
    ])
    expect(
      choose(R1)
        .filter((one) => one.tight)
        .map(({ path }) => path),
    ).toEqual(['m-Q8_0.gguf', 'm-F16.gguf'])
  })

  it('recommends the largest that leaves half of the memory where there is none', () => {
    expect(recommended([file('m-Q8_0.gguf', 1.9), file('m-Q5_K_M.gguf', 1.3), file('m-Q3_K_M.gguf', 0.9)])).toBe(
      'm-Q5_K_M.gguf',
    )
    expect(recommended([file('m-F16.gguf', 1.2), file('m-Q8_0.gguf', 0.6)])).toBe('m-Q8_0.gguf')
  })

  it('recommends the smallest where none fits comfortably, and nothing where none fits', () => {
    expect(recommended([file('m-Q4_K_M.gguf', 2.5), file('m-Q3_K_M.gguf', 2)])).toBe('m-Q3_K_M.gguf')
    expect(recommended([file('m-Q4_K_M.gguf', 5), file('m-Q2_K.gguf', 4)])).toBeUndefined()
  })

  it('goes by the memory of the device where it is told', () => {
    expect(recommended(R1, 8)).toBe('m-Q4_K_M.gguf')
    expect(recommended(R1, 2)).toBe('m-Q2_K.gguf')
    expect(choose(R1, 2).find(({ path }) => path === 'm-Q8_0.gguf')).toMatchObject({ problem: 'too-large' })
  })

  it('leaves later parts of split files out, and says why others cannot be used', () => {
    const given = [
      file('m-Q8_0-00001-of-00003.gguf', 1),
      file('m-Q8_0-00002-of-00003.gguf', 1),
      file('mmproj-m-f16.gguf', 0.5),
      file('m.imatrix.gguf', 0.1),
      { path: 'own.gguf', bytes: 1000 },
    ]
    expect(choose(given).map(({ path, problem }) => [path, problem])).toEqual([
      ['own.gguf', 'no-hash'],
      ['m.imatrix.gguf', 'not-a-model'],
      ['mmproj-m-f16.gguf', 'projector'],
      ['m-Q8_0-00001-of-00003.gguf', 'split'],
    ])
  })
})
