import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderOf } from '../../hub/folders'
import { Hub, REPOSITORY, REVISION } from '../../../test/fixtures/hub'
import { filePart, repositoryContents } from '../../hub/gguf-files'
import type { CatalogueModel } from '../../models/catalogue'
import { artifactsOf, buildFor, type Artifact, type Build } from '../../models/manifest'
import { SettingsStore } from '../../platform/settings-store'
import { sha256 } from '../../platform/sha256'
import { AppError } from '../../shared/errors'
import { ArtifactFetcher } from '../../weights/artifact-fetcher'
import { IdbWeightsStore } from '../../weights/idb-weights-store'
import type { InstalledModel } from '../../weights/installed-models'
import { HubGguf } from './hub-gguf'
import { inspectorHere } from './inspector.fixture'
import { LibraryModel } from './library-model.svelte'
import { ModelBuilds } from './model-builds'
import { placesOf } from './model-places'
import { Settings } from '../settings.svelte'

const NANO = readFileSync('public/models/nano/nano.gguf')
/** The same model from another publisher: another hash. */
const OTHER = Buffer.concat([NANO, Buffer.alloc(32)])
const NEVER = new AbortController().signal
const SHA256 = 'ab'.repeat(32)

const offer = (...files: readonly string[]): CatalogueModel => ({
  id: 'small',
  name: 'Small',
  group: 'r1',
  parameters: 1_453_184,
  licence: 'MIT',
  kernels: 'Small',
  template: 'deepseek-r1',
  sampling: { temperature: 0.6, topP: 0.95 },
  contextWindow: 512,
  weights: [{ quantization: 'q4f16_1', repository: 'a/weights', revision: 'main', bytes: 1000 }],
  gguf: [
    {
      quantization: 'Q8_0',
      bytes: 800_000,
      alternatives: files.map((file) => {
        const [repository = '', name = ''] = file.split(':')
        return { repository: repository === '' ? REPOSITORY : repository, file: name }
      }),
    },
  ],
})

/** The record of a download for WebGPU. */
const onGpu: InstalledModel = {
  addedAt: 1,
  manifest: {
    version: 2,
    id: 'small',
    name: 'Small',
    parameters: 1,
    contextWindow: 8192,
    historyTokens: 3072,
    template: 'deepseek-r1',
    sampling: { temperature: 0.6, topP: 0.95 },
    licence: 'MIT',
    source: { repository: 'a/weights', revision: 'c'.repeat(40) },
    builds: [
      {
        engine: 'webgpu',
        quantization: 'q4f16_1',
        library: { profile: 'gpu' },
        requires: { features: [], limits: {} },
        artifacts: [{ path: 'params_shard_0.bin', bytes: 1000, sha256: SHA256, role: 'shard' }],
      },
    ],
  },
}

let hub: Hub
let settings: Settings
let weights: IdbWeightsStore
let prefersProcessor: boolean
let wish: Build['engine'] | undefined
let builds: ModelBuilds
let removed: readonly Artifact[]

beforeEach(async () => {
  hub = await Hub.open({ 'one.gguf': NANO, 'two.gguf': OTHER, 'page.gguf': Buffer.from('<!doctype html>') })
  settings = new Settings(new SettingsStore())
  settings.setOwnHub(hub.origin)
  settings.setFirstHub(hub.origin)
  prefersProcessor = true
  wish = undefined
  removed = []
  const database = `builds-${crypto.randomUUID()}`
  weights = new IdbWeightsStore(database, new ArtifactFetcher(database, folderOf, { backoffMs: 1 }))
  builds = new ModelBuilds({
    device: {
      get prefersProcessor() {
        return prefersProcessor
      },
    },
    additions: { fromCatalogue: () => Promise.resolve(onGpu) },
    gguf: new HubGguf({
      fetcher: { contents: repositoryContents, part: filePart },
      inspector: inspectorHere,
      settings,
      now: () => 2,
    }),
    processor: () => ({ threads: 4, bytesPerSecond: undefined }),
    wish: () => wish,
    variantOf: () => undefined,
    record: (model, installed) => Promise.resolve(void (model.installed = installed)),
    weights: {
      remove: (artifacts) => {
        removed = artifacts
        return Promise.resolve(0)
      },
    },
    kept: () => Promise.resolve([]),
  })
})
afterEach(async () => {
  settings.setFirstHub(undefined)
  settings.setOwnHub('')
  await hub.close()
})

/** Only the hub of this test, so that no real hub is asked. */
const hubs = () => settings.hubs.slice(0, 1)
const bring = (model: LibraryModel) =>
  builds.bring(model, NEVER, async (installed, build) => {
    if (build.engine === 'webgpu') return
    const options = { signal: NEVER, onProgress: () => undefined }
    await weights.ensure(build.artifacts, placesOf(installed, hubs(), '', build.engine), options)
  })
const modelOf = (...files: readonly string[]) => new LibraryModel('small', 'Small', offer(...files))
const hashOf = ({ installed }: LibraryModel) =>
  installed && buildFor(installed.manifest, 'processor')?.artifacts[0]?.sha256

/** A build for WebGPU that reads the processor's file. */
const withKernels = (installed: InstalledModel): InstalledModel => {
  const file = buildFor(installed.manifest, 'processor')?.artifacts[0]
  const kernels: Artifact = { path: 'kernels.wasm', bytes: 10, sha256: SHA256, role: 'library' }
  const gpu = onGpu.manifest.builds[0] as Extract<Build, { engine: 'webgpu' }>
  const build: Build = { ...gpu, quantization: 'gguf', artifacts: [...(file ? [file] : []), kernels] }
  return { ...installed, manifest: { ...installed.manifest, builds: [...installed.manifest.builds, build] } }
}

describe('one file for both engines', () => {
  it('lets a model of somebody’s own wish for the GPU where it has kernels', async () => {
    const model = modelOf(':one.gguf')
    await bring(model)
    const own = new LibraryModel('own', 'Own')
    own.installed = model.installed
    prefersProcessor = false
    expect(builds.engineFor(own)).toBe('processor')
    own.installed = model.installed && withKernels(model.installed)
    expect(builds.engineFor(own)).toBe('webgpu')
  })

  it('comes before its kernels, and without them where another publisher has another file', async () => {
    const model = modelOf(':one.gguf', ':two.gguf')
    await bring(model)
    model.installed = model.installed && withKernels(model.installed)
    const order: string[] = []
    await builds.bring(model, NEVER, (_, build) => Promise.resolve(void order.push(build.engine)))
    expect(order).toEqual(['processor', 'webgpu'])
    const damaged = new AppError('artifact-damaged', 'wrong', { retry: 'now' })
    const first = hashOf(model)
    const again = modelOf('thinktab/gone:one.gguf', ':two.gguf')
    again.installed = model.installed && {
      ...model.installed,
      processorSource: { repository: 'thinktab/gone', revision: 'r' },
    }
    await builds.bring(again, NEVER, (_, { artifacts }) =>
      artifacts.some((artifact) => artifact.sha256 === first) ? Promise.reject(damaged) : Promise.resolve(),
    )
    expect(again.installed?.manifest.builds.map(({ engine }) => engine)).toEqual(['processor'])
    expect(hashOf(again)).toBe(await sha256(new Uint8Array(OTHER).buffer))
  })
})

describe('the build that a device gets', () => {
  it('is for the processor where that is the better place, or where somebody wants it', () => {
    const model = modelOf(':one.gguf')
    expect(builds.engineFor(model)).toBe('processor')
    expect(builds.lacking(model)).toEqual({ engine: 'processor', bytes: 800_000 })
    prefersProcessor = false
    expect(builds.engineFor(model)).toBe('webgpu')
    expect([builds.lacking(model)?.bytes, builds.bytesToGet(model)]).toEqual([1000, 1000])
    wish = 'processor'
    expect(builds.engineFor(model)).toBe('processor')
  })

  it('is for WebGPU where there is no other, or none that fits into memory', () => {
    const { gguf: _, ...without } = offer()
    expect(builds.engineFor(new LibraryModel('small', 'Small', without))).toBe('webgpu')
    const large = { ...offer(), gguf: [{ quantization: 'F16', bytes: 2 ** 33, alternatives: [] }] }
    expect(builds.hasProcessor(new LibraryModel('small', 'Small', large))).toBe(false)
  })

  it('is recorded with what the catalogue knows, and the hash of the hub', async () => {
    const model = modelOf('thinktab/nothing:one.gguf', ':one.gguf')
    await bring(model)
    expect(model.installed?.manifest).toMatchObject({
      id: 'small',
      name: 'Small',
      template: 'deepseek-r1',
      sampling: { temperature: 0.6, topP: 0.95 },
      contextWindow: 512,
      historyTokens: 192,
      source: { repository: REPOSITORY, revision: REVISION },
      builds: [{ engine: 'processor' }],
    })
    expect(hashOf(model)).toBe(await sha256(new Uint8Array(NANO).buffer))
    expect(builds.lacking(model)).toBeUndefined()
    const artifacts = model.installed ? artifactsOf(model.installed.manifest) : []
    expect((await weights.status(artifacts)).missing).toEqual([])
  })

  it('comes from the next publisher where one has another file than its hub says', async () => {
    hub.misbehave({ kind: 'wrong-byte' }, { path: 'one.gguf', at: 800_000 })
    const model = modelOf(':page.gguf', ':none.gguf', ':one.gguf', ':two.gguf')
    await bring(model)
    expect(hashOf(model)).toBe(await sha256(new Uint8Array(OTHER).buffer))
    expect(removed[0]?.sha256).toBe(await sha256(new Uint8Array(NANO).buffer))
  })

  it('fails as the last publisher fails, and at once where the network does', async () => {
    hub.misbehave({ kind: 'wrong-byte' }, { at: 800_000 })
    await expect(bring(modelOf(':one.gguf', ':two.gguf'))).rejects.toMatchObject({ code: 'artifact-damaged' })
    await expect(bring(modelOf(':page.gguf'))).rejects.toMatchObject({ details: { reason: 'web-page' } })
    await hub.close()
    settings.setOwnHub('http://127.0.0.1:9/')
    settings.setFirstHub('http://127.0.0.1:9/')
    const model = modelOf(':one.gguf', ':two.gguf')
    await expect(bring(model)).rejects.toMatchObject({ code: 'network' })
    expect(model.installed).toBeUndefined()
    hub = await Hub.open({})
  })

  it('joins the one that is here, each with its own source', async () => {
    const model = modelOf(':one.gguf')
    prefersProcessor = false
    await bring(model)
    expect(model.installed?.manifest.builds.map(({ engine }) => engine)).toEqual(['webgpu'])
    wish = 'processor'
    expect(builds.lacking(model)?.engine).toBe('processor')
    await bring(model)
    expect(model.installed?.manifest).toMatchObject({
      contextWindow: 512,
      source: { repository: 'a/weights' },
      builds: [{ engine: 'webgpu' }, { engine: 'processor' }],
    })
    expect(model.installed?.processorSource).toEqual({ repository: REPOSITORY, revision: REVISION })
    expect(builds.lacking(model)).toBeUndefined()
    // The other way round it is the same model.
    const other = modelOf(':one.gguf')
    await bring(other)
    wish = 'webgpu'
    await bring(other)
    expect(other.installed).toEqual(model.installed)
  })
})
