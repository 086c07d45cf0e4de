import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitOf, gpuMemoryBytes, memoryToProbe, needsOf, pickVariant } from './fit'
import type { Device, FitReason, Needs, Verdict } from './fit'

const GIGABYTE = 1e9
const ORDER: readonly Verdict[] = ['no', 'tight', 'unknown', 'fits']

interface ShippedKernels {
  readonly file: string
  readonly model: string
  readonly quantization: 'q4f16_1' | 'q4f32_1'
  readonly features: string[]
  readonly limits: Record<string, number>
  readonly kvCache: { bytesPerToken: number }
  readonly decode: { overheadMilliseconds: number; bandwidthShare: number }
  readonly config: {
    vocab_size: number
    hidden_size: number
    num_hidden_layers: number
    tie_word_embeddings: boolean
  }
}

const { libraries } = JSON.parse(readFileSync('public/models/libraries/libraries.json', 'utf8')) as {
  libraries: ShippedKernels[]
}

/** Weights of R1-Distill-Qwen-1.5B and of -7B, in bytes. */
const BYTES: Readonly<Record<string, Record<'q4f16_1' | 'q4f32_1', number>>> = {
  'DeepSeek-R1-Distill-Qwen-1.5B': { q4f16_1: 999_612_000, q4f32_1: 1_110_680_000 },
  'DeepSeek-R1-Distill-Qwen-7B': { q4f16_1: 4_283_784_288, q4f32_1: 4_759_760_320 },
}

const variantsOf = (model: string, contextTokens = 8192) =>
  libraries
    // Weights of a GGUF file are no choice of the catalogue's.
    .filter((kernels) => kernels.model === model && !('layouts' in kernels))
    .map((kernels) => {
      const { file, quantization } = kernels
      const needs = needsOf({ bytes: BYTES[model]?.[quantization] ?? 0, quantization }, kernels, contextTokens)
      return { file, quantization, needs }
    })
const SMALL = 'DeepSeek-R1-Distill-Qwen-1.5B'
const LARGE = 'DeepSeek-R1-Distill-Qwen-7B'
const [smallF16, smallWithout, smallF32] = variantsOf(SMALL) as [V, V, V]
const [largeF16] = variantsOf(LARGE) as [V, V, V]
type V = ReturnType<typeof variantsOf>[number]

const GENEROUS: Readonly<Record<string, number>> = {
  maxStorageBuffersPerShaderStage: 10,
  maxComputeWorkgroupStorageSize: 32_768,
  maxBufferSize: 4 * 1024 ** 3,
  maxStorageBufferBindingSize: 2 * 1024 ** 3,
}
const DEVICE: Device = { f16: true, software: false, limits: GENEROUS }
const probed = (bytes: number, exhausted = true): Device => ({ ...DEVICE, allocatable: { bytes, exhausted } })
const kinds = (reasons: readonly FitReason[]) => reasons.map(({ kind }) => kind)

describe('gpuMemoryBytes', () => {
  it('adds the KV cache of the whole context to the weights', () => {
    const longer: Needs = { ...smallF16.needs, contextTokens: 32_768 }
    expect(gpuMemoryBytes(longer) - gpuMemoryBytes(smallF16.needs)).toBe((32_768 - 8192) * 28_672)
    // without shader-f16 the cache is f32
    expect(gpuMemoryBytes(smallWithout.needs) - gpuMemoryBytes(smallF16.needs)).toBe(8192 * 28_672)
    expect(gpuMemoryBytes(smallF16.needs) / GIGABYTE).toBeCloseTo(1.335, 3)
  })
})

describe('needsOf', () => {
  it('raises the limits to the KV cache of a layer, which is one buffer', () => {
    expect(smallWithout.needs.limits.maxStorageBufferBindingSize).toBe(116_686_848)
    const long = variantsOf(SMALL, 65_536)[1]
    expect(long?.needs.limits.maxStorageBufferBindingSize).toBe((65_536 + 32) * 2048)
    expect(long?.needs.limits.maxComputeInvocationsPerWorkgroup).toBe(256)
  })
})

describe('fitOf', () => {
  it('fits where all that was asked for could be had', () => {
    const device = { ...probed(memoryToProbe(largeF16.needs), false), bandwidthBytesPerSecond: 200e9 }
    expect(fitOf(largeF16.needs, device)).toMatchObject({ verdict: 'fits', reasons: [] })
  })

  it('is tight where memory just does, and no where it does not', () => {
    const needs = gpuMemoryBytes(largeF16.needs)
    expect(fitOf(largeF16.needs, probed(needs))).toMatchObject({
      verdict: 'tight',
      reasons: [{ kind: 'scarce-memory', has: needs, needs }],
    })
    expect(fitOf(largeF16.needs, probed(needs - 1))).toMatchObject({
      verdict: 'no',
      reasons: [{ kind: 'little-memory', has: needs - 1, needs }],
    })
  })

  it('does not know where less was asked for than is needed, or nothing', () => {
    for (const device of [probed(GIGABYTE, false), DEVICE])
      expect(fitOf(largeF16.needs, device)).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'memory-unknown' }] })
  })

  it('takes a small machine as a warning, and the largest size that browsers tell as any size', () => {
    expect(fitOf(largeF16.needs, { ...DEVICE, deviceMemoryGiB: 4 })).toMatchObject({
      verdict: 'tight',
      reasons: [{ kind: 'small-machine', has: 4 * 1024 ** 3 }],
    })
    const huge = { ...largeF16.needs, contextTokens: 131_072 }
    expect(gpuMemoryBytes(huge)).toBeGreaterThan(8 * 1024 ** 3)
    expect(fitOf(huge, { ...DEVICE, deviceMemoryGiB: 8 }).verdict).toBe('unknown')
  })

  it('names a feature that is missing', () => {
    expect(fitOf(smallF16.needs, { ...DEVICE, f16: false })).toMatchObject({ verdict: 'no' })
    expect(fitOf(smallF16.needs, { ...DEVICE, f16: false }).reasons[0]).toEqual({
      kind: 'missing-feature',
      feature: 'shader-f16',
    })
    expect(fitOf({ ...smallF32.needs, features: ['subgroups'] }, DEVICE).verdict).toBe('no')
  })

  it('judges limits by the device that WebLLM opens, which has less than the adapter', () => {
    const maxStorageBufferBindingSize = 512 * 1024 ** 2 // enough for the model, but WebLLM asks for 1 GiB or 128 MiB
    const device = { ...DEVICE, limits: { ...GENEROUS, maxStorageBufferBindingSize } }
    expect(fitOf(largeF16.needs, device).reasons[0]).toEqual({
      kind: 'small-limit',
      limit: 'maxStorageBufferBindingSize',
      has: 128 * 1024 ** 2,
      needs: 272_498_688,
    })
    expect(fitOf(smallF16.needs, device).verdict).toBe('unknown')
  })

  it('counts storage buffers as the engine asks for them', () => {
    const withBuffers = (has: number, needs: number) =>
      fitOf(
        { ...smallF16.needs, limits: { maxStorageBuffersPerShaderStage: needs } },
        { ...DEVICE, limits: { ...GENEROUS, maxStorageBuffersPerShaderStage: has } },
      ).verdict
    expect([withBuffers(8, 8), withBuffers(9, 9), withBuffers(44, 10)]).toEqual(['unknown', 'unknown', 'unknown'])
    expect([withBuffers(8, 9), withBuffers(9, 10), withBuffers(44, 11)]).toEqual(['no', 'no', 'no'])
  })

  it('takes WebGPU’s defaults for limits that nobody told', () => {
    expect(fitOf({ ...smallF16.needs, limits: { maxComputeWorkgroupSizeX: 256 } }, DEVICE).verdict).toBe('unknown')
    expect(fitOf({ ...smallF16.needs, limits: { maxComputeWorkgroupSizeX: 512 } }, DEVICE).verdict).toBe('no')
    expect(fitOf(smallF16.needs, { ...DEVICE, limits: {} }).verdict).toBe('unknown')
  })

  it('is no on a device that computes wrongly, whatever else it has', () => {
    const device = { ...probed(100 * GIGABYTE), computesRight: { f32: false, f16: false } }
    for (const { needs } of [smallF16, smallWithout, smallF32])
      expect(fitOf(needs, device)).toMatchObject({ verdict: 'no', reasons: [{ kind: 'wrong-results' }] })
    expect(fitOf(smallF32.needs, { ...device, computesRight: { f32: true, f16: true } }).verdict).toBe('fits')
  })

  it('asks only for the precision that a variant computes in', () => {
    const wrongIn = (precision: 'f32' | 'f16') =>
      [smallF16, smallWithout, smallF32].map(
        ({ needs }) =>
          fitOf(needs, { ...probed(100 * GIGABYTE), computesRight: { f32: true, f16: true, [precision]: false } })
            .verdict,
      )
    expect(wrongIn('f16')).toEqual(['no', 'fits', 'fits'])
    expect(wrongIn('f32')).toEqual(['fits', 'no', 'no'])
  })

  it('expects a software adapter to be slow until its bandwidth says otherwise', () => {
    const software = { ...probed(100 * GIGABYTE), software: true }
    expect(fitOf(smallF32.needs, software)).toMatchObject({
      verdict: 'tight',
      reasons: [{ kind: 'software-adapter' }],
    })
    const slow = fitOf(smallF32.needs, { ...software, bandwidthBytesPerSecond: 0.5e9 })
    expect([slow.verdict, kinds(slow.reasons)]).toEqual(['no', ['slow', 'software-adapter']])
    const bearable = fitOf(smallF32.needs, { ...software, bandwidthBytesPerSecond: 3e9 })
    expect([bearable.verdict, kinds(bearable.reasons)]).toEqual(['tight', ['software-adapter', 'slow']])
    expect(fitOf(smallF32.needs, { ...software, bandwidthBytesPerSecond: 50e9 }).verdict).toBe('fits')
  })

  it('predicts the rate from the bytes that a token reads at a context of 4,096, and the estimate on paper', () => {
    const read = 999_612_000 - (151_936 * 1536 * 4.5) / 8
    const { overheadMilliseconds, bandwidthShare } = smallF16.needs.decode
    const seconds = (bytes: number) => bytes / (100e9 * bandwidthShare) + overheadMilliseconds / 1000
    expect(overheadMilliseconds).toBeGreaterThan(0.5)
    const rate = (needs: Needs) =>
      fitOf(needs, { ...probed(100 * GIGABYTE), bandwidthBytesPerSecond: 100e9 }).speed?.tokensPerSecond
    const tokensPerSecond = 1 / seconds(read + 4096 * 28_672)
    expect(rate(smallF16.needs)).toBeCloseTo(tokensPerSecond, 6)
    expect(rate({ ...smallF16.needs, contextTokens: 512 })).toBeCloseTo(1 / seconds(read + 512 * 28_672), 6)
    const { speed } = fitOf(smallF16.needs, { ...probed(100 * GIGABYTE), bandwidthBytesPerSecond: 100e9 })
    expect(speed?.answerMinutes).toBeCloseTo(1500 / tokensPerSecond / 60, 9)
    expect(fitOf(smallF16.needs, DEVICE).speed).toBeUndefined()
  })

  it('puts the most serious reason first', () => {
    const device = { ...probed(GIGABYTE), f16: false, software: true, bandwidthBytesPerSecond: 1e9 }
    expect(kinds(fitOf(largeF16.needs, device).reasons)).toEqual([
      'missing-feature',
      'little-memory',
      'slow',
      'software-adapter',
    ])
  })

  it('never judges worse with more of anything', () => {
    const bytes = fc.double({ min: 0, max: 40 * GIGABYTE, noNaN: true })
    const limit = fc.constantFrom(0, 1 << 27, 1 << 28, 1 << 29, 1 << 30, 2 ** 31)
    const some = fc.record({
      f16: fc.boolean(),
      limit,
      allocatable: fc.option(bytes, { nil: undefined }),
      deviceMemoryGiB: fc.constantFrom(undefined, 1, 2, 4, 8),
      bandwidth: fc.double({ min: 1e6, max: 1e12, noNaN: true }),
    })
    const more = fc.record({ bytes, limit, factor: fc.double({ min: 1, max: 100, noNaN: true }) })
    fc.assert(
      fc.property(fc.constantFrom(...variantsOf(SMALL), ...variantsOf(LARGE)), some, more, ({ needs }, has, extra) => {
        const device = (scale: boolean): Device => ({
          f16: has.f16 || (scale && extra.factor > 50),
          software: false,
          limits: { ...GENEROUS, maxStorageBufferBindingSize: scale ? Math.max(has.limit, extra.limit) : has.limit },
          deviceMemoryGiB: has.deviceMemoryGiB && has.deviceMemoryGiB * (scale ? 2 : 1),
          allocatable:
            has.allocatable === undefined
              ? undefined
              : { bytes: has.allocatable + (scale ? extra.bytes : 0), exhausted: true },
          bandwidthBytesPerSecond: has.bandwidth * (scale ? extra.factor : 1),
        })
        const [before, after] = [fitOf(needs, device(false)), fitOf(needs, device(true))]
        expect(ORDER.indexOf(after.verdict)).toBeGreaterThanOrEqual(ORDER.indexOf(before.verdict))
        expect(after.speed?.answerMinutes).toBeLessThanOrEqual(before.speed?.answerMinutes ?? 0)
      }),
    )
  })
})

describe('pickVariant', () => {
  const variants = variantsOf(SMALL).reverse()
  const picked = (device: Device, from = variants) => pickVariant(from, device)?.variant.file

  it('takes the f16 kernels where the device has shader-f16', () => {
    expect(picked(DEVICE)).toBe(smallF16.file)
  })

  it('takes the same weights with the kernels without f16 where it does not, and other weights last', () => {
    expect(picked({ ...DEVICE, f16: false })).toBe(smallWithout.file)
    expect(
      picked(
        { ...DEVICE, f16: false },
        variants.filter(({ file }) => file !== smallWithout.file),
      ),
    ).toBe(smallF32.file)
  })

  it('takes one that computes right, also where the other precision is offered', () => {
    expect(picked({ ...DEVICE, computesRight: { f32: true, f16: false } })).toBe(smallWithout.file)
    expect(picked({ ...DEVICE, computesRight: { f32: false, f16: true } })).toBe(smallF16.file)
    expect(picked({ ...DEVICE, computesRight: { f32: true } })).toBe(smallF16.file)
  })

  it('says that results are wrong only where no variant computes right', () => {
    const reasons = (device: Device) => kinds(pickVariant(variants, device)?.fit.reasons ?? [])
    const little = probed(GIGABYTE / 2)
    expect(reasons({ ...little, computesRight: { f32: true, f16: false } })).toEqual(['little-memory'])
    expect(reasons({ ...little, computesRight: { f32: false, f16: true } })).toEqual(['little-memory'])
    expect(reasons({ ...probed(100 * GIGABYTE), computesRight: { f32: false, f16: false } })).toEqual(['wrong-results'])
    const without = { ...probed(100 * GIGABYTE), f16: false, computesRight: { f32: false } }
    expect(reasons(without)).toEqual(['wrong-results'])
  })

  it('tells of the obstacle that is left where none can be run', () => {
    const found = pickVariant(variants, { ...probed(GIGABYTE / 2), f16: false })
    expect(found?.variant.file).toBe(smallWithout.file)
    expect(kinds(found?.fit.reasons ?? [])).toEqual(['little-memory'])
    expect(pickVariant([], DEVICE)).toBeUndefined()
  })
})
