import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { artifactsOf, type ModelManifest } from '../models/manifest'
import { parseManifest } from '../models/manifest-schema'
import { sha256 } from '../platform/sha256'
import { ArtifactStore, statusOf } from './artifact-store'
import { quietly } from './download.fixture'
import { importFiles, exportFiles, readGivenManifest, type GivenFile } from './model-files'

const CONTENT: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  'mlc-chat-config.json': new TextEncoder().encode('{}'),
  'tensor-cache.json': new TextEncoder().encode('{"records": []}'),
  'tokenizer.json': new TextEncoder().encode('{"model": {}}'),
  'a.wasm': new Uint8Array(500).fill(1),
  // more than one block
  'params_shard_0.bin': Uint8Array.from({ length: 17 * 2 ** 20 }, (_, index) => index % 251),
}

const MODEL: ModelManifest = parseManifest({
  version: 1,
  id: 'a-model',
  name: 'A model',
  parameters: 1,
  contextWindow: 100,
  quantization: 'q4f32_1',
  library: { profile: 'gpu' },
  requires: { features: [], limits: {} },
  template: 'deepseek-r1',
  sampling: { temperature: 0, topP: 1 },
  historyTokens: 50,
  licence: 'MIT',
  source: { revision: 'r1' },
  artifacts: await Promise.all(
    Object.entries(CONTENT).map(async ([path, bytes]) => ({
      path,
      bytes: bytes.length,
      sha256: await sha256(bytes.buffer),
      role: path.endsWith('.wasm') ? 'library' : path.endsWith('.bin') ? 'shard' : 'config',
    })),
  ),
})

const fileOf = (path: string, content: BlobPart): GivenFile => ({ path, file: new File([content], path) })
const folder = (prefix = 'model/', content = CONTENT) => [
  fileOf(`${prefix}manifest.json`, JSON.stringify(MODEL)),
  ...Object.entries(content).map(([path, bytes]) => fileOf(prefix + path, bytes)),
]

let store: ArtifactStore
let databases = 0
const openShelf = () => new ArtifactStore(`files-${++databases}`)
beforeEach(() => {
  store = openShelf()
})

async function expectComplete(on: ArtifactStore) {
  expect((await statusOf(on, artifactsOf(MODEL))).missing).toEqual([])
  for (const { sha256: hash } of artifactsOf(MODEL))
    expect(await sha256((await (await on.open(hash))?.arrayBuffer()) ?? new ArrayBuffer())).toBe(hash)
}

describe('files of a model', () => {
  it.each(['model/', '', 'a/b/'])('are taken from a folder (%j), whatever else lies in it', async (prefix) => {
    const given = [fileOf(`${prefix}notes.txt`, 'x'), fileOf(`${prefix}old/manifest.json`, '{}'), ...folder(prefix)]
    expect(await readGivenManifest(given)).toEqual(MODEL)
    await importFiles(artifactsOf(MODEL), given, store, quietly())
    await expectComplete(store)
  })

  it('come back from a .zip as they were written into it', async () => {
    await importFiles(artifactsOf(MODEL), folder(), store, quietly())
    const done: number[] = []
    const zip = await exportFiles(MODEL, undefined, store, { ...quietly(), onProgress: (at) => done.push(at.done) })
    expect(done.at(-1)).toBe(artifactsOf(MODEL).reduce((total, { bytes }) => total + bytes, 0))
    const given = [fileOf('model.zip', zip ?? '')]
    expect(parseManifest(await readGivenManifest(given))).toEqual(MODEL)
    const other = openShelf()
    await importFiles(artifactsOf(MODEL), given, other, quietly())
    await expectComplete(other)
  })

  it('that are damaged, short or missing are named and never stored', async () => {
    const shard = CONTENT['params_shard_0.bin'] ?? new Uint8Array()
    for (const [bytes, code] of [
      [shard.map((byte, index) => (index === 17_000_000 ? byte ^ 1 : byte)), 'artifact-damaged'],
      [shard.slice(1), 'artifact-damaged'],
      [undefined, 'artifact-missing'],
    ] as const) {
      const given = folder().filter(({ path }) => !path.endsWith('.bin'))
      if (bytes) given.push(fileOf('model/params_shard_0.bin', bytes))
      await expect(importFiles(artifactsOf(MODEL), given, store, quietly())).rejects.toMatchObject({
        code,
        details: { file: 'params_shard_0.bin' },
      })
      expect((await statusOf(store, artifactsOf(MODEL))).missing.map(({ path }) => path)).toEqual([
        'params_shard_0.bin',
      ])
    }
  })

  it.each([
    ['no manifest', [fileOf('model/a.wasm', 'x')], 'manifest-invalid'],
    ['nothing', [], 'manifest-invalid'],
    ['a manifest that is no JSON', [fileOf('manifest.json', '<html>')], 'manifest-invalid'],
    ['a .zip that is none', [fileOf('model.zip', 'not a zip at all')], 'artifact-damaged'],
  ])('are refused with %s', async (_, given, code) => {
    await expect(readGivenManifest(given)).rejects.toMatchObject({ code })
  })

  it('are not written as long as one is missing, and stop when told to', async () => {
    await expect(exportFiles(MODEL, undefined, store, quietly())).rejects.toMatchObject({ code: 'artifact-missing' })
    await importFiles(artifactsOf(MODEL), folder(), store, quietly())
    const controller = new AbortController()
    const onProgress = () => {
      controller.abort()
    }
    await expect(exportFiles(MODEL, undefined, store, { signal: controller.signal, onProgress })).rejects.toMatchObject(
      { name: 'AbortError' },
    )
  })
})
