import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseCatalogue } from './catalogue'
import { kernelsFor, kernelsForFile, parseKernels } from './kernels'

const read = (path: string): unknown => JSON.parse(readFileSync(`public/models/${path}`, 'utf8'))
const CATALOGUE = read('catalogue.json') as { models: Record<string, unknown>[] }
const KERNELS = parseKernels(read('libraries/libraries.json'))

/** A model's mlc-chat-config.json, made from the kernels' own record. */
const configOf = (model: string, quantization: string) => {
  const kernels = KERNELS.find((one) => one.model === model && one.quantization === quantization)
  return { model_type: kernels?.config.model_type, quantization, model_config: kernels?.config }
}

describe('the catalogue', () => {
  it('is what its schema says, and begins with the distillations of R1', () => {
    const models = parseCatalogue(CATALOGUE)
    expect(models.slice(0, 3).map(({ id, group }) => `${id} ${group}`)).toEqual([
      'r1-distill-qwen-1.5b r1',
      'r1-distill-qwen-7b r1',
      'r1-distill-llama-8b r1',
    ])
  })

  it('goes on with Qwen3, from small to large', () => {
    const others = parseCatalogue(CATALOGUE).slice(3)
    expect(others.map(({ id, group, template }) => `${id} ${group} ${template}`)).toEqual([
      'qwen3-0.6b other qwen3',
      'qwen3-1.7b other qwen3',
      'qwen3-4b other qwen3',
      'qwen3-8b other qwen3',
    ])
    const sizes = others.map(({ parameters }) => parameters)
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
  })

  it('never lets Qwen3 choose the likeliest token only, which makes it repeat itself', () => {
    for (const { template, sampling } of parseCatalogue(CATALOGUE))
      if (template === 'qwen3') expect(sampling).toEqual({ temperature: 0.6, topP: 0.95 })
  })

  it('has kernels for all its weights, some of them for devices without f16, and they hold the context', () => {
    for (const model of parseCatalogue(CATALOGUE))
      for (const { quantization, repository } of model.weights) {
        const fitting = kernelsFor(configOf(model.kernels, quantization), KERNELS, repository)
        expect(fitting.some(({ features }) => features.length === 0)).toBe(true)
        for (const { context } of fitting) expect(context).toBeGreaterThanOrEqual(model.contextWindow)
      }
  })

  it('says how large weights are, to within a hundredth of what their layout needs', () => {
    const BITS = { q4f16_1: 4.5, q4f32_1: 5 }
    for (const { parameters, weights } of parseCatalogue(CATALOGUE))
      for (const { bytes, quantization } of weights)
        expect(bytes / ((parameters * BITS[quantization]) / 8)).toBeCloseTo(1, 2)
  })

  it('has files for the processor where they fit into a browser, the best first, from more than one publisher', () => {
    const found = parseCatalogue(CATALOGUE).flatMap(({ id, parameters, gguf = [] }) =>
      gguf.map((file) => ({ id, parameters, ...file })),
    )
    expect(found.map(({ id, quantization }) => `${id} ${quantization}`)).toEqual([
      'r1-distill-qwen-1.5b Q4_K_M',
      'r1-distill-qwen-1.5b Q3_K_M',
      'qwen3-0.6b Q8_0',
      'qwen3-0.6b Q4_K_M',
    ])
    for (const { parameters, bytes, quantization, alternatives } of found) {
      const bits = (bytes * 8) / parameters
      expect(bits).toBeGreaterThan(Number(/\d/.exec(quantization)?.[0]))
      // Embeddings have more bits than the rest, and are much of a small model.
      expect(bits).toBeLessThan(Number(/\d/.exec(quantization)?.[0]) * 1.4)
      expect(new Set(alternatives.map(({ repository }) => repository)).size).toBeGreaterThan(1)
      for (const { file } of alternatives) expect(file).toContain(quantization)
    }
  })

  it.each([
    ['a file in a folder', { file: '../a.gguf', repository: 'a/b' }],
    ['a file of another kind', { file: 'a.bin', repository: 'a/b' }],
    ['a repository that is an address', { file: 'a.gguf', repository: 'https://a/b' }],
    ['no publisher at all', undefined],
  ])('is refused with a file for the processor that has %s', (_, alternative) => {
    const gguf = [{ quantization: 'Q8_0', bytes: 1, alternatives: alternative ? [alternative] : [] }]
    expect(() => parseCatalogue({ version: 1, models: [{ ...CATALOGUE.models[0], gguf }] })).toThrow(
      expect.objectContaining({ code: 'manifest-invalid' }),
    )
  })

  it.each([
    [
      'a repository that is a path',
      (model: Record<string, unknown>) => ({ ...model, weights: [{ ...one(model), repository: '../x' }] }),
    ],
    ['no weights', (model: Record<string, unknown>) => ({ ...model, weights: [] })],
    ['an unknown template', (model: Record<string, unknown>) => ({ ...model, template: 'alpaca' })],
    [
      'a range with nothing in it',
      (model: Record<string, unknown>) => ({ ...model, check: { meanLogProbability: [-1, -2] } }),
    ],
    [
      'a probability above one',
      (model: Record<string, unknown>) => ({ ...model, check: { meanLogProbability: [-1, 2] } }),
    ],
    ['a field of somebody else', (model: Record<string, unknown>) => ({ ...model, price: 1 })],
  ])('is refused with %s', (_, change) => {
    const [first = {}] = CATALOGUE.models
    expect(() => parseCatalogue({ version: 1, models: [change(first)] })).toThrow(
      expect.objectContaining({ code: 'manifest-invalid' }),
    )
  })

  it('may say what a device that computes right comes to', () => {
    const check = { meanLogProbability: [-3, -1.5] }
    expect(parseCatalogue({ version: 1, models: [{ ...CATALOGUE.models[0], check }] })).toMatchObject([{ check }])
  })

  it('is refused with an id that is there twice', () => {
    const [first = {}] = CATALOGUE.models
    expect(() => parseCatalogue({ version: 1, models: [first, first] })).toThrow('twice')
  })
})

const one = (model: Record<string, unknown>) => (model['weights'] as Record<string, unknown>[])[0]

describe('kernelsFor', () => {
  const config = configOf('DeepSeek-R1-Distill-Qwen-1.5B', 'q4f16_1')

  it("knows Llama's rope under the name that MLC gives it", () => {
    const llama = configOf('DeepSeek-R1-Distill-Llama-8B', 'q4f16_1')
    const { rope_theta, ...others } = llama.model_config ?? {}
    const named = { ...llama, model_config: { ...others, position_embedding_base: rope_theta } }
    expect(kernelsFor(named, KERNELS, 'a/b')).toHaveLength(2)
    const other = { ...llama, model_config: { ...others, position_embedding_base: 10_000 } }
    expect(() => kernelsFor(other, KERNELS, 'a/b')).toThrow('no-kernels')
  })

  it.each([
    ['another rope', { rope_theta: 5_000_000 }],
    ['scaled positions', { rope_scaling: { rope_type: 'yarn', factor: 4 } }],
    ['narrower heads', { head_dim: 64 }],
  ])('refuses weights of Qwen3’s sizes with %s', (_, other) => {
    const qwen = configOf('Qwen3-8B', 'q4f16_1')
    expect(
      kernelsFor({ ...qwen, model_config: { ...qwen.model_config, rope_scaling: null } }, KERNELS, 'a/b'),
    ).toHaveLength(2)
    const given = { ...qwen, model_config: { ...qwen.model_config, ...other } }
    expect(() => kernelsFor(given, KERNELS, 'a/b')).toThrow('no-kernels')
  })

  it.each([
    ['another width', { ...config, model_config: { ...config.model_config, hidden_size: 1024 } }],
    ['a tied head', { ...config, model_config: { ...config.model_config, tie_word_embeddings: true } }],
    ['another layout', { ...config, quantization: 'q3f16_1' }],
    ['another architecture', { ...config, model_type: 'gemma2' }],
    ['nothing that is known', { model: 'x' }],
  ])('refuses weights with %s', (_, given) => {
    expect(() => kernelsFor(given, KERNELS, 'a/b')).toThrow(expect.objectContaining({ code: 'repository-unusable' }))
  })
})

describe('kernelsForFile', () => {
  const [of] = KERNELS.filter(({ quantization }) => quantization === 'gguf')
  const needs = {
    layouts: of?.layouts ?? '',
    network: {
      model_type: 'qwen2',
      vocab_size: 151_936,
      hidden_size: 1536,
      intermediate_size: 8960,
      num_hidden_layers: 28,
      num_attention_heads: 12,
      num_key_value_heads: 2,
      head_dim: 128,
      rope_theta: 10_000,
      // As f32 has it.
      rms_norm_eps: Math.fround(1e-6),
      tie_word_embeddings: false,
    },
  } as const

  it('finds those of R1-Distill-Qwen-1.5B in Q4_K_M, with shader-f16 and without', () => {
    const found = kernelsForFile(needs, KERNELS)
    expect(found).toMatchObject([{ features: ['shader-f16'] }, { features: [] }])
    const file = CATALOGUE.models.flatMap(({ gguf }) => (gguf as { quantization: string }[] | undefined)?.[0] ?? [])[0]
    expect(file?.quantization).toBe('Q4_K_M')
  })

  it('tells a network without kernels from a mixture without them', () => {
    expect(kernelsForFile({ ...needs, layouts: needs.layouts.replace('q6_k', 'q4_k') }, KERNELS)).toBe('types')
    for (const change of [
      { rms_norm_eps: 1e-5 },
      { rope_theta: 1e6 },
      { hidden_size: 1024 },
      { model_type: 'llama' },
    ] as const)
      expect(kernelsForFile({ ...needs, network: { ...needs.network, ...change } }, KERNELS)).toBe('network')
  })
})
