import { readFileSync } from 'node:fs'
import { createStore, set } from 'idb-keyval'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { folderOf } from '../../hub/folders'
import { Hub, REPOSITORY, REVISION } from '../../../test/fixtures/hub'
import { inspectorHere } from './inspector.fixture'
import type { Device } from '../../models/fit'
import { parseKernels } from '../../models/kernels'
import { artifactsOf, readStored } from '../../models/manifest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan, withArtifacts } from '../../models/plan.fixture'
import { SettingsStore } from '../../platform/settings-store'
import { sha256 } from '../../platform/sha256'
import { ArtifactStore } from '../../weights/artifact-store'
import { filePart, repositoryContents } from '../../hub/gguf-files'
import { fetchFolderManifest, inspectRepository } from '../../hub/repository'
import { IdbWeightsStore } from '../../weights/idb-weights-store'
import { InstalledModels } from '../../weights/installed-models'
import { hashFile, importFiles, exportFiles, readGivenManifest } from '../../weights/model-files'
import { ArtifactFetcher } from '../../weights/artifact-fetcher'
import type { WeightsStore } from '../../weights/weights'
import type { Chat } from '../chat/chat.svelte'
import type { DeviceCheck } from './device-check.svelte'
import type { LibraryModel } from './library-model.svelte'
import { leaveLost } from './lost-model'
import { ModelLibrary } from './model-library.svelte'
import { builtInSource, keptArtifacts } from './model-sources'
import { manifestJson, openPage, type TestPage } from '../page.fixture'
import { Settings } from '../settings.svelte'

const KERNELS = parseKernels(JSON.parse(readFileSync('public/models/libraries/libraries.json', 'utf8')))
const QWEN = 'DeepSeek-R1-Distill-Qwen-1.5B'
const kernelsOf = (f16: boolean) =>
  KERNELS.find(
    ({ model, quantization, features }) => model === QWEN && quantization === 'q4f16_1' && features.length > 0 === f16,
  )
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const SHARD = new Uint8Array(50_000).fill(9)
const FILES = {
  'mlc-chat-config.json': json({
    model_type: 'qwen2',
    quantization: 'q4f16_1',
    model_config: kernelsOf(true)?.config,
  }),
  'ndarray-cache.json': json({ records: [{ dataPath: 'params_shard_0.bin', nbytes: SHARD.length, records: [] }] }),
  'tokenizer.json': json({
    added_tokens: ['<｜User｜>', '<｜Assistant｜>', '<think>', '</think>'].map((content) => ({ content })),
  }),
  'params_shard_0.bin': SHARD,
}
const CATALOGUE = {
  version: 1,
  models: [
    {
      id: 'qwen',
      name: 'Qwen',
      group: 'r1',
      parameters: 1_777_088_000,
      licence: 'MIT',
      library: QWEN,
      template: 'deepseek-r1',
      sampling: { temperature: 0.6, topP: 0.95 },
      contextWindow: 8192,
      weights: [{ quantization: 'q4f16_1', repository: REPOSITORY, revision: 'main', bytes: 1_000_000_000 }],
    },
  ],
}
const ABLE: Device = {
  f16: true,
  software: false,
  limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30 },
}

let hub: Hub
let page: TestPage
let device: Device
let prefersProcessor: boolean
let weights: WeightsStore
let examined: number
let library: ModelLibrary
let settings: Settings
let installed: InstalledModels

beforeEach(async () => {
  hub = await Hub.open(FILES)
  page = openPage()
  device = ABLE
  prefersProcessor = false
  examined = 0
  settings = new Settings(new SettingsStore())
  settings.setOwnHub(hub.origin)
  installed = new InstalledModels(readStored, `${page.database}-models`)
  library = openLibrary()
  await library.open()
})
afterEach(async () => {
  vi.unstubAllGlobals()
  settings.setOwnHub('')
  settings.setModel(undefined)
  await hub.close()
})

function openLibrary(): ModelLibrary {
  const database = `${page.database}-weights`
  const store = new ArtifactStore(database)
  weights = new IdbWeightsStore(database, new ArtifactFetcher(database, folderOf, { backoffMs: 1 }))
  const check = {
    get device() {
      return device
    },
    get prefersProcessor() {
      return prefersProcessor
    },
    open: () => Promise.resolve(),
    examine: () => {
      examined += 1
      return Promise.resolve()
    },
  }
  return new ModelLibrary({
    stores: { weights, installed },
    model: page.model,
    settings,
    site: {
      builtIn: builtInSource('https://thinktab.example/models/nano/', manifestJson),
      folder: 'http://127.0.0.1:9/models/', // no hub answers
      fetchJson: (url) => Promise.resolve(url.endsWith('catalogue.json') ? CATALOGUE : { libraries: KERNELS }),
    },
    workers: {
      fetcher: {
        inspect: (request, signal) => inspectRepository(request, (hash, file) => store.putWhole(hash, file), signal),
        contents: repositoryContents,
        part: filePart,
        folderManifest: fetchFolderManifest,
        openFiles: readGivenManifest,
        importFiles: (artifacts, given, options, hashed) => importFiles(artifacts, given, store, options, hashed),
        hash: hashFile,
        export: (manifest, target, options) => exportFiles(manifest, target, store, options),
      },
      inspector: inspectorHere,
    },
    machine: {
      device: check as unknown as DeviceCheck,
      processor: () => ({ threads: 4, bytesPerSecond: undefined }),
      now: () => 1000,
    },
  })
}

const qwen = (of = library): LibraryModel => {
  const model = of.models.find(({ id }) => id === 'qwen')
  if (!model) throw new Error('The catalogue has no such model.')
  return model
}
const kernelsOfModel = ({ installed: here }: LibraryModel) =>
  here && artifactsOf(here.manifest).find(({ role }) => role === 'library')
const kernelsFile = (model = qwen()) => kernelsOfModel(model)?.path

describe('a model of the catalogue', () => {
  it('is examined, pinned and recorded before weights are fetched, with the kernels for this device', async () => {
    expect(qwen()).toMatchObject({ totalBytes: 1_000_000_000, complete: false, haveBytes: 0 })
    await library.transfers.download(qwen())
    expect(examined).toBe(1)
    expect(kernelsFile()).toBe(kernelsOf(true)?.file)
    expect(qwen().installed?.manifest).toMatchObject({
      contextWindow: 8192,
      source: { repository: REPOSITORY, revision: REVISION },
    })
    // The kernels lie with the site, which is missing in this test: all other artifacts have come.
    expect(qwen().error).toMatchObject({ code: 'network' })
    const recorded = await installed.get('qwen')
    const missing = recorded && (await weights.status(artifactsOf(recorded.manifest))).missing
    expect(missing?.map(({ role }) => role)).toEqual(['library'])
  })

  it('gets the kernels without f16 where the device has none', async () => {
    device = { ...ABLE, f16: false }
    await library.transfers.download(qwen())
    expect(kernelsFile()).toBe(kernelsOf(false)?.file)
  })

  it('that the device cannot run is not fetched, unless somebody insists', async () => {
    device = { ...ABLE, allocatable: { bytes: 2 ** 28, exhausted: true } }
    await library.transfers.download(qwen())
    expect(qwen()).toMatchObject({ refused: true, installed: undefined, error: undefined })
    expect(hub.served).toEqual([])
    expect(library.fits.of(qwen())?.reasons[0]).toMatchObject({ kind: 'little-memory' })
    await library.transfers.download(qwen(), true)
    expect(qwen().installed).toBeDefined()
    expect(examined).toBe(1)
  })

  it('is there again for the next page, holds as many tokens as somebody chose, and goes when it is deleted', async () => {
    await library.transfers.download(qwen())
    await library.choice.setContext(qwen(), 16_384)
    const next = openLibrary()
    await next.open()
    expect(qwen(next).installed?.manifest).toMatchObject({ contextWindow: 16_384, historyTokens: 6144 })
    expect(qwen(next).haveBytes).toBeGreaterThan(0)
    next.choice.choose(qwen(next))
    expect([next.choice.chosen, settings.model?.id]).toEqual(['qwen', 'qwen'])
    await next.transfers.remove(qwen(next))
    expect([next.choice.chosen, settings.model]).toEqual(['nano', undefined])
    expect(qwen(next)).toMatchObject({ installed: undefined, haveBytes: 0 })
    expect(await installed.list()).toEqual([])
  })
})

describe('a model that another tab deletes', () => {
  const stored = () => new ArtifactStore(`${page.database}-weights`).contents()
  /** The models page of the other tab, which is opened now. */
  async function otherTab(): Promise<ModelLibrary> {
    const mine = [installed, weights, settings, page] as const
    installed = new InstalledModels(readStored, `${page.database}-models`)
    settings = new Settings(new SettingsStore())
    page = openPage({ database: page.database })
    const other = openLibrary()
    await other.open()
    ;[installed, weights, settings, page] = mine
    return other
  }
  /** Only the kernels are missing, which no test has. */
  const said = { code: 'model-deleted', retry: 'now', details: { model: 'Qwen' } }

  it('is not installed here either, says so, and can be fetched again', async () => {
    await library.transfers.download(qwen())
    const other = await otherTab()
    await other.transfers.remove(qwen(other))
    await vi.waitFor(() => expect(qwen().error).toMatchObject(said))
    expect(qwen()).toMatchObject({ installed: undefined, haveBytes: 0, activity: undefined, complete: false })
    expect(qwen(other).error).toBeUndefined()
    await library.transfers.download(qwen())
    expect(qwen().haveBytes).toBeGreaterThan(SHARD.length)
    expect(await installed.get('qwen')).toBeDefined()
  })

  it('while it is fetched here ends that, and leaves nothing behind', async () => {
    hub.misbehave({ kind: 'slow', bytesPerSecond: 20_000 }, { path: 'params_shard_0.bin' })
    const downloading = library.transfers.download(qwen())
    await vi.waitFor(() => expect(qwen().progress?.done).toBeGreaterThan(10_000), 10_000)
    const other = await otherTab()
    await other.transfers.remove(qwen(other))
    await downloading
    await vi.waitFor(() => expect(qwen().error).toMatchObject(said))
    await vi.waitFor(async () => expect((await stored()).verified.size + (await stored()).blocks.size).toBe(0))
    expect(await installed.list()).toEqual([])
    expect(qwen()).toMatchObject({ installed: undefined, haveBytes: 0, activity: undefined })
  })

  it('and fetches again at once stays as that tab has it', async () => {
    await library.transfers.download(qwen())
    const other = await otherTab()
    const record = qwen(other).installed ?? expect.fail()
    await other.transfers.remove(qwen(other))
    await installed.put({ ...record, addedAt: 2000 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(qwen().error?.code).not.toBe('model-deleted')
    expect(await installed.get('qwen')).toMatchObject({ addedAt: 2000 })
  })

  it('cannot be fetched again where it came from a file', async () => {
    const file = new File([readFileSync('public/models/nano/nano.gguf')], 'own.gguf')
    const [model] = await library.imports.chosen([file])
    const other = await otherTab()
    const there = other.models.find(({ id }) => id === 'gguf-own') ?? expect.fail()
    expect(there.complete).toBe(true)
    await other.transfers.remove(there)
    await vi.waitFor(() => expect(model?.error).toMatchObject({ code: 'model-deleted', retry: 'never' }))
    expect(model?.complete).toBe(false)
    if (model) await library.transfers.remove(model)
    expect(library.models).toHaveLength(1)
  })

  it('is chosen no more, neither here nor by the next page; a reply comes to its end first', async () => {
    await library.transfers.download(qwen())
    library.choice.choose(qwen())
    const chat = { live: {} as Chat['live'] }
    const builtIn = builtInSource('https://thinktab.example/models/nano/', manifestJson)
    const parts = { settings, installed, model: page.model, builtIn, chat }
    installed.onDeleted((id) => void leaveLost(id, parts))
    await leaveLost('qwen', parts)
    expect(settings.model?.id).toBe('qwen')
    const other = await otherTab()
    await other.transfers.remove(qwen(other))
    await vi.waitFor(() => expect(settings.lostModel).toBe('Qwen'))
    expect(page.model.id).toBe('qwen')
    chat.live = undefined
    await vi.waitFor(() => expect(page.model.id).toBe('nano'))
    expect([settings.model, new Settings(new SettingsStore()).model]).toEqual([undefined, undefined])
  })
})

describe('the kernels of a model', () => {
  /** The model as an earlier version of the site installed it, with kernels that the site no longer has. */
  async function installEarlier(): Promise<void> {
    await library.transfers.download(qwen())
    const now = qwen().installed
    if (!now) throw new Error('not installed')
    const bytes = new TextEncoder().encode('earlier kernels')
    const earlier = { path: kernelsFile() ?? '', bytes: bytes.length, sha256: await sha256(bytes.buffer) }
    await new ArtifactStore(`${page.database}-weights`).putWhole(earlier.sha256, new Blob([bytes]))
    const artifacts = gpuPlan(now.manifest).build.artifacts.map((one) =>
      one.role === 'library' ? { ...one, ...earlier } : one,
    )
    await installed.put({ ...now, manifest: withArtifacts(now.manifest, artifacts) })
    expect((await weights.status(artifacts)).missing).toEqual([])
  }

  it('is the one that the site has now, as soon as that is here, and the earlier one goes', async () => {
    await installEarlier()
    const file = kernelsOf(true)?.file ?? ''
    const site = await Hub.open({ [file]: readFileSync(`public/models/libraries/${file}`) })
    onTestFinished(() => site.close())
    const original = fetch
    vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
      original(url.replace('http://127.0.0.1:9/models/libraries/', site.base), init),
    )
    const next = openLibrary()
    await next.open()
    expect(kernelsOfModel(qwen(next))?.sha256).toBe(kernelsOf(true)?.sha256)
    expect(qwen(next).complete).toBe(true)
    const recorded = await installed.get('qwen')
    expect(recorded?.manifest).toEqual(qwen(next).installed?.manifest)
    expect(recorded && (await weights.status(artifactsOf(recorded.manifest))).missing).toEqual([])
    expect((await new ArtifactStore(`${page.database}-weights`).contents()).verified.size).toBe(
      Object.keys(FILES).length + 1,
    )
  })

  it('stays where the site cannot be reached', async () => {
    await installEarlier()
    const next = openLibrary()
    await next.open()
    expect(kernelsOfModel(qwen(next))?.bytes).toBe('earlier kernels'.length)
    expect(qwen(next).complete).toBe(true)
  })
})

describe('a model that somebody names', () => {
  it('is taken if its network is one that the site computes', async () => {
    expect(await library.imports.named(REPOSITORY)).toBe('taken')
    const own = library.models.find(({ offer }) => !offer)
    expect(own).toMatchObject({ name: 'model', complete: false })
    expect(own?.installed?.manifest).toMatchObject({ id: 'hub-thinktab-model', parameters: 1_777_088_000 })
    expect(hub.served.filter(({ path }) => path.endsWith('.bin'))).toEqual([])
  })

  it.each([
    ['thinktab/nothing', 'repository-missing'],
    ['http://127.0.0.1:9/folder', 'network'],
  ])('is refused with a reason: %s', async (given, code) => {
    settings.setFirstHub(hub.origin)
    await expect(library.imports.named(given)).rejects.toMatchObject({ code })
    expect(library.models).toHaveLength(1)
  })

  it('is taken for the GPU from a repository that has GGUF files too, and else they are listed', async () => {
    await hub.close()
    hub = await Hub.open({ ...FILES, 'Nano-Q4_0.gguf': readFileSync('public/models/nano/nano.gguf') })
    settings.setOwnHub(hub.origin)
    settings.setFirstHub(hub.origin)
    onTestFinished(() => {
      settings.setFirstHub(undefined)
    })
    prefersProcessor = true
    const listed = await library.imports.named(REPOSITORY)
    expect(listed).toMatchObject({ files: [{ path: 'Nano-Q4_0.gguf' }] })
    expect(library.models).toHaveLength(1)
    prefersProcessor = false
    expect(await library.imports.named(REPOSITORY)).toBe('taken')
    expect(library.models).toHaveLength(2)
  })

  it('must be named in a way that can be understood', async () => {
    expect(await library.imports.named('some model')).toBe('unknown')
  })
})

describe('a GGUF file that somebody brings', () => {
  const nano = () => new File([readFileSync('public/models/nano/nano.gguf')], 'My Nano (1).gguf')

  it('becomes a model of its own, complete and ready to be loaded by the processor', async () => {
    const [model] = await library.imports.chosen([nano()])
    expect(model && library.fits.contextOf(model)).toMatchObject({ longest: 1024 })
    expect(model && library.ggufKernels.lacking(model)).toBe('network')
    expect(model).toMatchObject({ id: 'gguf-my-nano-1-', complete: true, activity: undefined, error: undefined })
    const manifest = model?.installed?.manifest
    expect(manifest).toMatchObject({ contextWindow: 1024, builds: [{ engine: 'processor' }] })
    expect(parseManifest(manifest)).toEqual(manifest)
    expect(await installed.get('gguf-my-nano-1-')).toEqual(model?.installed)
    const [artifact] = manifest ? artifactsOf(manifest) : []
    const stored = artifact && (await weights.read(artifact))
    expect(stored && (await sha256(await stored.arrayBuffer()))).toBe(artifact?.sha256)
    // The same file again is the same model.
    await library.imports.chosen([nano()])
    expect(library.models.filter(({ offer }) => !offer)).toHaveLength(1)
  })

  it('has to be given again where it is damaged in the store, and the model says so', async () => {
    const [model] = await library.imports.chosen([nano()])
    const [artifact] = model?.installed ? artifactsOf(model.installed.manifest) : []
    if (!model || !artifact) return expect.fail()
    const store = new ArtifactStore(`${page.database}-weights`)
    await store.putWhole(artifact.sha256, new Blob([new Uint8Array(artifact.bytes)]))
    expect(library.transfers.canComplete(model)).toBe(true)
    await library.transfers.verify(model)
    expect(model.error).toMatchObject({ code: 'import-incomplete', retry: 'never', details: { model: model.name } })
    expect(model.complete).toBe(false)
    expect(library.transfers.canComplete(model)).toBe(false)
    const [again] = await library.imports.chosen([nano()])
    expect(again).toMatchObject({ id: model.id, complete: true, error: undefined })
  })

  it('does not take the place of another file of the same name', async () => {
    const bytes = readFileSync('public/models/nano/nano.gguf')
    const [first] = await library.imports.chosen([new File([bytes], 'model.gguf')])
    // The last byte is a weight.
    const other = Uint8Array.from(bytes)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    const [second] = await library.imports.chosen([new File([other], 'model.gguf')])
    expect(first).toMatchObject({ id: 'gguf-model', complete: true })
    expect(second?.id).toMatch(/^gguf-model-[0-9a-f]{8}$/)
    expect(second?.complete).toBe(true)
    expect((await installed.list()).map(({ manifest }) => manifest.id).sort()).toEqual(['gguf-model', second?.id])
  })

  it('is a part of the model where a manifest names it', async () => {
    const folder = 'public/models/nano'
    const files = ['manifest.json', 'mlc-chat-config.json', 'tensor-cache.json', 'tokenizer.json', 'nano.gguf']
    const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as { artifacts: { path: string }[] }
    const all = new Set([...files, ...manifest.artifacts.map(({ path }) => path)])
    const [model] = await library.imports.chosen(
      [...all].map((name) => new File([readFileSync(`${folder}/${name}`)], name)),
    )
    expect(model).toMatchObject({ id: 'nano', complete: true })
    expect(model?.installed?.manifest.builds.map(({ engine }) => engine)).toEqual(['webgpu', 'processor'])
  })

  it('is refused by what it is, and leaves nothing behind', async () => {
    for (const [name, content, reason] of [
      ['model.gguf', 'GGUF', 'cut-header'],
      ['page.gguf', '<!doctype html><html></html>', 'web-page'],
      ['notes.txt', 'what is this', 'not-gguf'],
    ] as const) {
      const files = [new File([content], name)]
      await expect(library.imports.chosen(files)).rejects.toMatchObject({ code: 'gguf-unusable', details: { reason } })
    }
    expect(library.models.filter(({ offer }) => !offer)).toEqual([])
    expect(await installed.list()).toEqual([])
  })
})

describe('a damaged record of an installed model', () => {
  const DAMAGED: readonly unknown[] = [
    null,
    'text',
    [],
    {},
    { manifest: null },
    { manifest: { id: 'own' } },
    { manifest: { id: 'own', name: 'Own', template: 'qwen3', source: { revision: '1' }, version: 2, builds: [] } },
    { manifest: { id: 'own', name: 'Own', template: 'qwen3', source: { revision: '1' }, artifacts: [{ path: 'a' }] } },
  ]

  it.each(DAMAGED)('%j costs only itself, is told, and can be removed', async (record) => {
    await set('own', record, createStore(`${page.database}-models`, 'models'))
    const later = openLibrary()
    await later.open()
    expect(later.state).toBe('ready')
    expect(later.models.map(({ id }) => id)).toEqual(library.models.map(({ id }) => id))
    expect(later.damaged).toEqual(['own'])
    expect(await installed.get('own')).toBeUndefined()
    // Which artifacts are its own is not known, so nothing is taken for superfluous.
    await expect(keptArtifacts(parseManifest(await manifestJson()), installed)).rejects.toMatchObject({
      code: 'manifest-invalid',
    })
    await later.forgetDamaged('own')
    expect(later.damaged).toEqual([])
    expect(await installed.damaged()).toEqual([])
  })
})
