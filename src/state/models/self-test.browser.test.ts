import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { folderOf } from '../../hub/folders'
import engineWorkerUrl from '../../engine/webllm/engine-worker?worker&url'
import { WorkerEngine } from '../../engine/worker-engine'
import { parseGolden, type Golden } from '../../models/golden'
import type { Artifact } from '../../models/manifest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan, withArtifacts } from '../../models/plan.fixture'
import { browserVersion } from '../../platform/browser-facts'
import { fetchJson } from '../../platform/fetch-json'
import { SettingsStore } from '../../platform/settings-store'
import { sha256 } from '../../platform/sha256'
import { IdbWeightsStore } from '../../weights/idb-weights-store'
import { ArtifactFetcher } from '../../weights/artifact-fetcher'
import { SelfTest, type SelfTestParts } from './self-test.svelte'

const FOLDER = new URL('/models/nano/', location.href).href
const golden = parseGolden(await fetchJson(`${FOLDER}golden.json`))
const manifest = parseManifest(await fetchJson(`${FOLDER}manifest.json`))

/**
 * A new name for each test: a database that is being deleted cannot be opened while an old connection to it is open.
 */
let database = ''
beforeEach(() => {
  database = `self-test-${crypto.randomUUID()}`
})
afterEach(() => {
  localStorage.clear()
  indexedDB.deleteDatabase(database)
})

/**
 * The shipped files from the real store, or changed ones under their new hashes, so that only arithmetic is at fault.
 */
async function setup(
  changes: { golden?: Golden; bytes?: (path: string, bytes: Uint8Array<ArrayBuffer>) => void } = {},
) {
  const loads: string[] = []
  const fetchFile = async ({ path }: Pick<Artifact, 'path'>) => {
    const bytes = new Uint8Array(await (await fetch(FOLDER + path)).arrayBuffer())
    changes.bytes?.(path, bytes)
    return bytes
  }
  const hashed = async <T extends Pick<Artifact, 'path'>>(file: T) => ({
    ...file,
    ...(changes.bytes && { sha256: await sha256((await fetchFile(file)).buffer) }),
  })
  const model = withArtifacts(manifest, await Promise.all(gpuPlan(manifest).build.artifacts.map(hashed)))
  const used = { ...(changes.golden ?? golden), kernels: await hashed(golden.kernels) }
  const settings = new SettingsStore()
  const parts: SelfTestParts = {
    engine: new WorkerEngine(() => {
      loads.push('engine')
      return new Worker(engineWorkerUrl, { type: 'module' })
    }),
    weights: changes.bytes
      ? {
          ensure: () => Promise.resolve(),
          needing: (_artifacts, task) => task(),
          verify: () => Promise.resolve([]),
          read: async (artifact) => new Blob([await fetchFile(artifact)]),
        }
      : new IdbWeightsStore(database, new ArtifactFetcher(database, folderOf)),
    settings,
    nano: { manifest: () => Promise.resolve(model), places: { weights: [FOLDER], kernels: [FOLDER] } },
    // SwiftShader has no shader-f16, so f16 is not tested.
    nanoF16: {
      manifest: () => Promise.reject(new Error('Nano in f16 was asked for.')),
      places: { weights: [], kernels: [] },
    },
    golden: () => Promise.resolve(used),
    browserVersion: browserVersion(),
  }
  /** The same test on a later visit. */
  const open = (other: Partial<SelfTestParts> = {}) => new SelfTest({ ...parts, ...other })
  return { test: open(), loads, open }
}

const { signal } = new AbortController()
/**
 * The beginnings of the first replies: whole ones would take minutes on a busy machine. The last token of each, which
 * ends it, does not occur before.
 *
 * @param length in tokens, at least
 */
function short(length: number, count = 1): Golden {
  const prompts = golden.prompts.slice(0, count).map((prompt) => {
    const end = prompt.reply.findIndex((id, index, all) => index + 1 >= length && all.indexOf(id) === index)
    return { ...prompt, reply: prompt.reply.slice(0, end + 1) }
  })
  if (prompts.length < count) throw new Error(`There are fewer golden prompts than ${count}.`)
  return { ...golden, prompts }
}

/** Replaces every `from` by a `to` of the same length, from the place of `after` to the next kernel. */
function patch(bytes: Uint8Array, after: string, from: string, to: string) {
  const text = new TextDecoder('latin1').decode(bytes)
  const start = text.indexOf(after)
  const end = text.indexOf('@compute', start)
  let found = 0
  for (let at = text.indexOf(from, start); at !== -1 && at < end; at = text.indexOf(from, at + 1), found += 1)
    bytes.set(new TextEncoder().encode(to), at)
  if (start === -1 || found === 0) throw new Error(`The kernels have no ${from} after ${after}.`)
}

describe('SelfTest', () => {
  it('passes with the shipped files, and remembers it', { timeout: 240_000 }, async () => {
    const { test, loads, open } = await setup({ golden: short(12, 2) })
    await test.run(signal)
    expect(test.error).toBeUndefined()
    expect(test.verdicts.f32).toMatchObject({ passed: true, prompts: 2, browserVersion: navigator.userAgent })
    expect(loads).toHaveLength(1)

    const later = open()
    await later.recall()
    expect(later.verdicts).toEqual(test.verdicts)
    expect(loads).toHaveLength(1)
    // another version of the browser may compute otherwise
    const updated = open({ browserVersion: 'another' })
    await updated.recall()
    expect(updated.verdicts.f32).toBeUndefined()
  })

  it(
    'fails when a kernel is wrong: the attention adds one part of a sum twice and another not at all',
    { timeout: 120_000 },
    async () => {
      const { test } = await setup({
        golden: short(16),
        bytes: (path, bytes) => {
          if (path === golden.kernels.path) patch(bytes, 'fn batch_decode_paged_kv_kernel', ' + 224i)]', ' + 192i)]')
        },
      })
      await test.run(signal)
      expect(test.error).toBeUndefined()
      expect(test.verdicts.f32?.passed).toBe(false)
    },
  )

  it('fails when weights are wrong', { timeout: 120_000 }, async () => {
    const { test } = await setup({
      golden: short(16),
      bytes: (path, bytes) => {
        if (path.startsWith('params_shard')) bytes.copyWithin(300_000, 0, 65_536)
      },
    })
    await test.run(signal)
    expect(test.error).toBeUndefined()
    expect(test.verdicts.f32?.passed).toBe(false)
  })

  it('calls a broken engine broken, not a wrong device', { timeout: 120_000 }, async () => {
    const { test } = await setup({
      golden: short(4),
      bytes: (path, bytes) => {
        if (path === golden.kernels.path) bytes.fill(0, 0, 64)
      },
    })
    await test.run(signal)
    expect(test.verdicts.f32).toBeUndefined()
    expect(test.error).toMatchObject({ code: 'load-failed' })
    expect(test.progress).toBeUndefined()
  })

  it('ends when aborted, without a verdict or an error', { timeout: 120_000 }, async () => {
    const { test } = await setup()
    const controller = new AbortController()
    const run = test.run(controller.signal)
    await vi.waitFor(() => expect(test.progress?.total).toBeGreaterThan(0), { timeout: 40_000 })
    controller.abort()
    await run
    expect([test.verdicts.f32, test.error, test.progress]).toEqual([undefined, undefined, undefined])
  })
})
