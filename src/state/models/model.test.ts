import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { capabilities } from '../../engine/capabilities'
import type { Artifact, ModelManifest } from '../../models/manifest'
import { AppError } from '../../shared/errors'
import { artifactOf, eventually, gate, manifestJson, openPage, type TestPage } from '../page.fixture'

const SHARD = 'params_shard_0.bin'
const never = () => new AbortController().signal

let page: TestPage
beforeEach(() => {
  page = openPage()
  vi.stubGlobal('fetch', page.site.fetch)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Puts other bytes under the shard's hash, as a failing disk would. */
async function damageShard(bytes: string) {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(`${page.database}-weights`)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(new Error('The weights could not be opened.'))
  })
  const { artifacts } = await manifestJson()
  const shard = artifacts.find((artifact) => artifact.path === SHARD)
  const transaction = database.transaction('artifacts', 'readwrite')
  transaction.objectStore('artifacts').put(new Blob([bytes]), shard?.sha256)
  await new Promise((resolve) => (transaction.oncomplete = resolve))
  database.close()
}

describe('loading', () => {
  it('fetches, stores and loads what the manifest names, and fetches nothing the next time', async () => {
    const plan = await page.model.ready(never())
    expect(page.model).toMatchObject({ state: 'ready', plan, progress: undefined, error: undefined })
    expect(page.site.served).toEqual(plan.build.artifacts.map((artifact) => artifact.path))
    const again = openPage({ database: page.database, site: page.site })
    await again.model.ready(never())
    expect(page.site.served).toHaveLength(plan.build.artifacts.length)
  })

  it('happens once for all who ask, and goes on when one gives up', async () => {
    const load = gate()
    page.engine.loading = load.opened
    const impatient = new AbortController()
    const first = page.model.ready(impatient.signal)
    const second = page.model.ready(never())
    page.model.warmUp()
    impatient.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    await expect(page.model.ready(impatient.signal)).rejects.toMatchObject({ name: 'AbortError' })
    expect(page.model.state).toBe('loading')
    load.open()
    await expect(second).resolves.toMatchObject({ model: { id: 'nano' } })
    await page.model.ready(never())
    expect(page.engine.loads).toBe(1)
  })

  it('stops when the last one gives up, and begins anew', async () => {
    const load = gate()
    page.engine.loading = load.opened
    page.model.warmUp()
    const [one, other] = [new AbortController(), new AbortController()]
    const waiting = [page.model.ready(one.signal), page.model.ready(other.signal)]
    await eventually(() => expect(page.engine.loads).toBe(1))
    one.abort()
    await expect(waiting[0]).rejects.toMatchObject({ name: 'AbortError' })
    expect(page.model.state).toBe('loading')
    other.abort()
    await expect(waiting[1]).rejects.toMatchObject({ name: 'AbortError' })
    expect(page.model).toMatchObject({ state: 'absent', progress: undefined, error: undefined })
    load.open()
    await page.model.ready(never())
    expect(page.engine.loads).toBe(2)
  })

  it('begins with the first key, and leaves no rejection behind when it fails', async () => {
    page.engine.loadFailures.push(new AppError('load-failed', 'no', { retry: 'now' }))
    page.model.warmUp()
    await eventually(() => expect(page.model).toMatchObject({ state: 'error', error: { code: 'load-failed' } }))
    page.model.warmUp()
    expect(page.model.state).toBe('error')
    await page.model.ready(never())
    expect(page.model).toMatchObject({ state: 'ready', error: undefined })
  })

  it.each([
    ['no file', () => new Response('no', { status: 404 }), 'artifact-missing', 1],
    ['an error page', () => new Response('<html>'), 'artifact-damaged', 2],
    ['no body', () => new Response(null, { status: 204 }), 'artifact-missing', 1],
  ])('fails on %s, and fetches only the rest afterwards', async (_, response, code, attempts) => {
    const { answer } = page.site
    page.site.answer = (path) => (path === SHARD ? response() : answer(path))
    await expect(page.model.ready(never())).rejects.toMatchObject({ code, details: { file: SHARD } })
    expect(page.model).toMatchObject({ state: 'error', error: { code } })
    expect(page.site.served.filter((path) => path === SHARD)).toHaveLength(attempts)
    expect(page.engine.loads).toBe(0)
    page.site.answer = answer
    page.site.served.length = 0
    await page.model.ready(never())
    expect(page.site.served).toEqual([SHARD])
  })

  it.each([
    ['other bytes', 'x'.repeat(SHARD.length)],
    ['another length', 'short'],
  ])('mends a stored artifact with %s, once', async (_, bytes) => {
    await page.model.ready(never())
    await damageShard(bytes)
    const { site } = page
    site.served.length = 0
    const again = openPage({ database: page.database, site })
    await again.model.ready(never())
    expect(again.model.state).toBe('ready')
    expect(site.served).toEqual([SHARD])
  })

  it('gives up when mending did not help', async () => {
    const damaged = () => new AppError('artifact-damaged', 'x', { retry: 'now', details: { file: SHARD } })
    page.engine.loadFailures.push(damaged(), damaged())
    await expect(page.model.ready(never())).rejects.toMatchObject({ code: 'artifact-damaged' })
    expect(page.engine.loads).toBe(2)
  })
})

describe('a machine or an engine that cannot', () => {
  it('is found out before anyone types, and again at each try', async () => {
    page.engine.probeFailure = new AppError('no-adapter', 'none', { retry: 'later' })
    await page.model.check()
    expect(page.model).toMatchObject({ state: 'error', error: { code: 'no-adapter' } })
    await expect(page.model.ready(never())).rejects.toMatchObject({ code: 'no-adapter' })
    expect(page.site.served).toEqual([])
    page.engine.probeFailure = undefined
    await page.model.ready(never())
    expect(page.model).toMatchObject({ state: 'ready', capabilities: { adapter: 'scripted' } })
  })

  it('runs the built-in model on the processor, and says beforehand that another one cannot run', async () => {
    const none = new AppError('no-webgpu', 'none', { retry: 'never' })
    page.engine.probe = () =>
      capabilities(
        () => Promise.reject(none),
        () => false,
      )
    const { model } = page
    const { source } = model
    const withGguf = async (): Promise<ModelManifest> => {
      const [tokenizer, gguf] = await Promise.all(['tokenizer.json', 'nano.gguf'].map(artifactOf))
      const artifacts = [{ ...tokenizer, role: 'tokenizer' } as Artifact, { ...gguf, role: 'gguf' } as Artifact]
      const { builds, ...rest } = await source.manifest()
      return { ...rest, builds: [...builds, { engine: 'processor', artifacts }] }
    }
    model.use({ ...source, manifest: withGguf })
    await model.check()
    expect(model).toMatchObject({ state: 'absent', processorReason: 'no-webgpu' })
    await model.ready(never())
    expect(page.site.served).toEqual(['tokenizer.json', 'nano.gguf'])
    expect(model).toMatchObject({ state: 'ready', processorReason: 'no-webgpu' })

    model.use({ ...source, id: 'big', builtIn: false })
    await model.check()
    expect(model).toMatchObject({ state: 'error', error: { code: 'no-webgpu' }, processorReason: undefined })
    await expect(model.ready(never())).rejects.toMatchObject({ code: 'no-webgpu' })
  })

  it('is loaded anew when it is lost while idle', async () => {
    await page.model.ready(never())
    page.engine.lose(new AppError('engine-crashed', 'gone', { retry: 'now' }))
    expect(page.model).toMatchObject({ state: 'error', error: { code: 'engine-crashed' } })
    await page.model.ready(never())
    expect(page.model).toMatchObject({ state: 'ready', error: undefined })
    expect(page.engine.loads).toBe(2)
  })
})
