import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { GgufFacts } from '../../gguf/facts'
import type { Device } from '../../models/fit'
import { parseKernels, type Kernels } from '../../models/kernels'
import type { Artifact, ModelManifest } from '../../models/manifest'
import { AppError } from '../../shared/errors'
import type { InstalledModel } from '../../weights/installed-models'
import { GgufKernels } from './gguf-kernels'
import { LibraryModel } from './library-model.svelte'

const SHIPPED = parseKernels(JSON.parse(readFileSync('public/models/libraries/libraries.json', 'utf8')))
const Q4_K_M = SHIPPED.filter(({ quantization }) => quantization === 'gguf')
const [WITH_F16, WITHOUT] = Q4_K_M as [Kernels, Kernels]
const NEEDS: GgufFacts['kernels'] = {
  layouts: WITH_F16.layouts ?? '',
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
    rms_norm_eps: 1e-6,
    tie_word_embeddings: false,
  },
}
const FILE: Artifact = { path: 'gguf-r1.gguf', bytes: 1_117_320_736, sha256: 'ab'.repeat(32), role: 'gguf' }
const MANIFEST: ModelManifest = {
  version: 2,
  id: 'gguf-r1',
  name: 'R1',
  parameters: 1_777_088_000,
  contextWindow: 8192,
  historyTokens: 3072,
  template: 'deepseek-r1',
  sampling: { temperature: 0.6, topP: 0.95 },
  licence: 'MIT',
  source: { revision: 'r' },
  builds: [{ engine: 'processor', quantization: 'Q4_K_M', addedTokens: [], artifacts: [FILE] }],
}
const GPU: Device = {
  f16: true,
  software: false,
  limits: {
    maxBufferSize: 2 ** 31,
    maxStorageBufferBindingSize: 2 ** 31,
    maxComputeWorkgroupStorageSize: 32_768,
    maxStorageBuffersPerShaderStage: 10,
    maxComputeInvocationsPerWorkgroup: 1024,
  },
}

const FACTS = {
  bytes: FILE.bytes,
  cacheBytesPerToken: 28_672,
  contextLength: 131_072,
  embeddingLength: 1536,
  vocabulary: { size: 151_936 },
} as GgufFacts

let device: Device | undefined
let stored: boolean
let offline: boolean
let inspected: GgufFacts['kernels']
let put: InstalledModel[]
let fetched: string[]
let kernels: GgufKernels
beforeEach(() => {
  device = GPU
  stored = true
  offline = false
  inspected = NEEDS
  put = []
  fetched = []
  kernels = new GgufKernels({
    weights: {
      status: (artifacts) => Promise.resolve({ haveBytes: 0, missing: stored ? [] : [...artifacts] }),
      read: () => Promise.resolve(new Blob()),
      ensure: (artifacts, places) => {
        if (offline) return Promise.reject(new AppError('network', 'no network', { retry: 'now' }))
        fetched.push(...artifacts.map(({ path }) => path), ...places.kernels.map(String))
        return Promise.resolve()
      },
    },
    installed: { put: (model) => Promise.resolve(void put.push(model)) },
    inspector: {
      inspect: () => Promise.resolve({ facts: { ...FACTS, kernels: inspected }, template: {} as never, thinks: true }),
    },
    folder: 'https://site.example/models/',
    kernels: () => SHIPPED,
    device: () => device,
  })
})

function modelOf(change: Partial<InstalledModel> = {}): LibraryModel {
  const model = new LibraryModel('gguf-r1', 'R1')
  model.installed = { manifest: MANIFEST, kernelNeeds: NEEDS, addedAt: 1, ...change }
  return model
}
const added = ({ installed }: LibraryModel) => installed?.manifest.builds.slice(1)

describe('kernels for a GGUF file', () => {
  it('let the same file run over WebGPU, once they are fetched from the site', async () => {
    const model = modelOf()
    await kernels.addTo(model)
    const { file, bytes, sha256, features, limits } = WITH_F16
    expect(added(model)).toEqual([
      {
        engine: 'webgpu',
        quantization: 'gguf',
        library: { profile: 'gpu' },
        requires: { features, limits },
        artifacts: [FILE, { path: file, bytes, sha256, role: 'library' }],
      },
    ])
    expect(put).toEqual([model.installed])
    expect(fetched).toEqual([FILE.path, file, 'https://site.example/models/libraries/'])
    expect(model.complete).toBe(true)
    expect(kernels.lacking(model)).toBeUndefined()
    await kernels.addTo(model)
    expect(put).toHaveLength(1)
  })

  it('are those that the device can run', async () => {
    device = { ...GPU, f16: false }
    const model = modelOf()
    await kernels.addTo(model)
    expect(added(model)?.[0]?.artifacts[1]?.path).toBe(WITHOUT.file)
  })

  it('are found for a model from an earlier version by its file, which is looked at once', async () => {
    const { kernelNeeds: _, ...earlier } = modelOf().installed ?? { manifest: MANIFEST, addedAt: 1 }
    const model = modelOf()
    model.installed = earlier
    await kernels.addTo(model)
    expect(model.installed.processorContext?.longest).toBeGreaterThan(32_768)
    expect(model.installed).toMatchObject({ kernelNeeds: NEEDS, manifest: { builds: [{}, { engine: 'webgpu' }] } })
    inspected = { unsuited: 'types' }
    const other = modelOf()
    other.installed = earlier
    await kernels.addTo(other)
    expect(other.installed).toMatchObject({ kernelNeeds: inspected, manifest: MANIFEST })
    expect(kernels.lacking(other)).toBe('types')
    // Without a GPU it is looked at, too: its context can be chosen then.
    device = undefined
    inspected = NEEDS
    const third = modelOf()
    third.installed = earlier
    await kernels.addTo(third)
    expect(third.installed).toMatchObject({ manifest: MANIFEST, processorContext: { bytesPerToken: 28_672 } })
  })

  it.each([
    ['network', { unsuited: 'network' }],
    ['types', { ...NEEDS, layouts: `${NEEDS.layouts} q4_k` }],
    ['network', { ...NEEDS, network: { ...NEEDS.network, num_hidden_layers: 27 } }],
  ] as const)('are missing, and why: %s (%#)', async (reason, kernelNeeds) => {
    const model = modelOf({ kernelNeeds })
    await kernels.addTo(model)
    expect([added(model), put, fetched]).toEqual([[], [], []])
    expect(kernels.lacking(model)).toBe(reason)
  })

  it('are none that the device cannot run', async () => {
    device = { ...GPU, limits: { ...GPU.limits, maxStorageBufferBindingSize: 2 ** 27 } }
    const model = modelOf()
    await kernels.addTo(model)
    expect(added(model)).toEqual([])
    expect(kernels.lacking(model)).toBe('device')
  })

  it('change nothing without a GPU, without the file, without a network, or for a model that is gone', async () => {
    const unchanged = async () => {
      const model = modelOf()
      await kernels.addTo(model)
      expect(added(model)).toEqual([])
      expect(put).toEqual([])
    }
    device = undefined
    await unchanged()
    expect(kernels.lacking(modelOf())).toBeUndefined()
    device = GPU
    stored = false
    await unchanged()
    stored = true
    offline = true
    await unchanged()
    offline = false
    const model = modelOf()
    const adding = kernels.addTo(model)
    model.installed = undefined
    await adding
    expect([model.installed, put]).toEqual([undefined, []])
  })
})
