import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Hub, REPOSITORY, REVISION } from '../../test/fixtures/hub'
import { sha256 } from '../platform/sha256'
import { KNOWN_HUBS } from './hubs'
import { folderOf } from './folders'
import { fetchFolderManifest, inspectRepository, type RepositoryRequest } from './repository'

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const SHARD = new Uint8Array(1000).fill(7)
const CONFIG = { model_type: 'qwen2' }
const INDEX = { records: [{ dataPath: 'params_shard_0.bin', nbytes: 1000, records: [] }] }
const TOKENIZER = { added_tokens: [{ id: 1, content: '<think>' }], model: {} }
const FILES = {
  'mlc-chat-config.json': bytes(CONFIG),
  'tensor-cache.json': bytes(INDEX),
  'tokenizer.json': bytes(TOKENIZER),
  'params_shard_0.bin': SHARD,
  'README.md': bytes('# a model'),
}

const opened: Hub[] = []
/** The small files that were read, by their sha256. */
const kept = new Map<string, Blob>()
const keep = (hash: string, file: Blob) => Promise.resolve(void kept.set(hash, file))
beforeEach(() => {
  kept.clear()
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await Promise.allSettled(opened.splice(0).map((hub) => hub.close()))
})

async function openHub(
  files: Readonly<Record<string, Uint8Array>> = FILES,
  layout?: Parameters<typeof Hub.open>[1],
): Promise<Hub> {
  const hub = await Hub.open(files, layout)
  opened.push(hub)
  return hub
}

const inspect = (hubs: RepositoryRequest['hubs'], request: Partial<RepositoryRequest> = {}) =>
  inspectRepository({ repository: REPOSITORY, revision: 'main', hubs, ...request }, keep, new AbortController().signal)

describe('inspectRepository', () => {
  it('pins the commit, names every file by its sha256 and hands over the small ones', async () => {
    const hub = await openHub()
    const report = await inspect([hub.address])
    expect(report).toMatchObject({
      repository: REPOSITORY,
      revision: REVISION,
      indexPath: 'tensor-cache.json',
      config: CONFIG,
      index: INDEX,
      addedTokens: ['<think>'],
    })
    const hashes = new Map(report.files.map(({ path, sha256: hash }) => [path, hash]))
    expect([...hashes.keys()].sort()).toEqual(
      Object.keys(FILES)
        .filter((path) => path !== 'README.md')
        .sort(),
    )
    for (const [path, hash] of hashes) {
      expect(hash).toBe(await sha256(FILES[path as keyof typeof FILES].buffer))
      expect(kept.has(hash)).toBe(path.endsWith('.json'))
    }
    expect(hub.served.map(({ path }) => path)).not.toContain('params_shard_0.bin')
  })

  it('takes an index under its old name', async () => {
    const { 'tensor-cache.json': index, ...others } = FILES
    const hub = await openHub({ ...others, 'ndarray-cache.json': index })
    expect(await inspect([hub.address])).toMatchObject({ indexPath: 'ndarray-cache.json', index: INDEX })
  })

  it('asks the next hub when one is down or does not have it', async () => {
    const [down, empty, good] = [await openHub(), await openHub(), await openHub()]
    const gone = down.address
    await down.close()
    vi.stubGlobal('fetch', redirectMissing(empty.origin, fetch))
    expect(await inspect([gone, empty.address, good.address])).toMatchObject({ revision: REVISION })
  })

  it('stays with the hub from which a damaged file came only if no other has it right', async () => {
    const [bad, good] = [await openHub(), await openHub()]
    bad.misbehave({ kind: 'wrong-byte' }, { path: 'mlc-chat-config.json', at: 3 })
    await expect(inspect([bad.address])).rejects.toMatchObject({ code: 'artifact-damaged' })
    expect(await inspect([bad.address, good.address])).toMatchObject({ config: CONFIG })
    expect(kept.size).toBe(3)
  })

  it.each([
    ['another name', { repository: 'thinktab/nothing' }, 'repository-missing'],
    ['another branch', { revision: 'nowhere' }, 'repository-missing'],
    ['no hub at all', { hubs: [] }, 'network'],
  ])('says so on %s', async (_, request, code) => {
    const hub = await openHub()
    await expect(inspect([hub.address], request)).rejects.toMatchObject({ code })
  })

  it.each([
    ['no configuration', 'mlc-chat-config.json', undefined],
    ['no index', 'tensor-cache.json', undefined],
    ['no tokenizer', 'tokenizer.json', undefined],
    ['no shard', 'params_shard_0.bin', undefined],
    ['a shard of another length', 'params_shard_0.bin', new Uint8Array(999)],
    ['a configuration that is no JSON', 'mlc-chat-config.json', bytes('<html>')],
    ['an index of another kind', 'tensor-cache.json', bytes({ records: [{}] })],
  ])('finds out about %s before any weight is fetched', async (_, path, content) => {
    const files = Object.fromEntries(Object.entries(FILES).filter(([name]) => name !== path))
    const hub = await openHub(content ? { ...files, [path]: content } : files)
    await expect(inspect([hub.address])).rejects.toMatchObject({ code: 'repository-unusable' })
    expect(hub.served.filter((one) => one.path.endsWith('.bin'))).toEqual([])
  })

  it.each([
    'https://evil.example/x.bin',
    '//evil.example/x.bin',
    '/absolute.bin',
    '../../x.bin',
    '..\\..\\x.bin',
    '%2e%2e/x.bin',
    'x.bin?text=everything+that+was+said',
    'x.bin#said',
  ])('asks for nothing where a listing and an index name %j', async (path) => {
    const records = [{ dataPath: path, nbytes: 1000, records: [] }]
    const hub = await openHub({ ...FILES, 'tensor-cache.json': bytes({ records }), [path]: SHARD })
    const asked = vi.fn(fetch)
    vi.stubGlobal('fetch', asked)
    await expect(inspect([hub.address])).rejects.toMatchObject({
      code: 'repository-unusable',
      details: { problem: 'file-missing', what: path },
    })
    const small = Object.keys(FILES).filter((name) => name.endsWith('.json'))
    const urls = asked.mock.calls.map(([url]) => url as string)
    expect(urls.map((url) => url.slice(url.lastIndexOf('/') + 1))).toEqual([
      'main',
      `${REVISION}?recursive=true`,
      ...small,
    ])
    expect(urls.every((url) => url.startsWith(hub.address.url))).toBe(true)
  })

  it('takes a captive portal for no network', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>Log in</html>')))
    await expect(inspect([{ url: 'https://hub.example/', layout: 'huggingface' }])).rejects.toMatchObject({
      code: 'network',
    })
  })

  describe('where an answer does not end', () => {
    let sent = 0
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1
            controller.enqueue(new TextEncoder().encode('[' + ' '.repeat(1024 * 1024)))
          },
        }),
      )
    beforeEach(() => {
      sent = 0
    })

    it('leaves a listing after some megabytes, and says so', async () => {
      vi.stubGlobal('fetch', () => Promise.resolve(endless()))
      await expect(inspect([{ url: 'https://hub.example/', layout: 'huggingface' }])).rejects.toMatchObject({
        code: 'repository-unusable',
        details: { problem: 'file-too-large' },
      })
      expect(sent).toBeLessThan(12)
    })

    it('leaves a manifest after some megabytes, and says so', async () => {
      vi.stubGlobal('fetch', () => Promise.resolve(endless()))
      const asked = fetchFolderManifest('https://models.example/', new AbortController().signal)
      await expect(asked).rejects.toMatchObject({ code: 'repository-unusable' })
      expect(sent).toBeLessThan(12)
    })

    it('leaves a file at the length that the listing names', async () => {
      const hub = await openHub()
      const real = fetch
      vi.stubGlobal('fetch', (url: string, options: RequestInit) =>
        url.endsWith('mlc-chat-config.json') ? Promise.resolve(endless()) : real(url, options),
      )
      await expect(inspect([hub.address])).rejects.toMatchObject({ code: 'artifact-damaged' })
      expect(sent).toBeLessThan(4)
    })
  })

  it('takes a file that breaks off for no network', async () => {
    const hub = await openHub()
    hub.misbehave({ kind: 'cut' }, { path: 'tokenizer.json', times: 1 })
    await expect(inspect([hub.address])).rejects.toMatchObject({ code: 'network' })
  })

  it('stops when it is told to', async () => {
    const hub = await openHub()
    const controller = new AbortController()
    controller.abort()
    const request = { repository: REPOSITORY, revision: 'main', hubs: [hub.address] }
    await expect(inspectRepository(request, keep, controller.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

/** A hub at `origin` that has no such repository. */
function redirectMissing(origin: string, original: typeof fetch) {
  return async (url: string, init: RequestInit) =>
    url.startsWith(origin) ? new Response('Repository not found', { status: 401 }) : await original(url, init)
}

describe('inspectRepository at ModelScope', () => {
  it('names every file by its sha256, fetches the small ones, and leaves the revision as it was asked for', async () => {
    const hub = await openHub(FILES, 'modelscope')
    const report = await inspect([hub.address])
    expect(report).toMatchObject({ revision: 'main', config: CONFIG, index: INDEX, addedTokens: ['<think>'] })
    const huggingFaces = await inspect([(await openHub()).address])
    expect(report.files).toEqual(huggingFaces.files)
    expect(hub.served.map(({ path }) => path)).not.toContain('params_shard_0.bin')
  })

  it('says no more by lacking a repository than the others do', async () => {
    const [down, few] = [await openHub(), await openHub(FILES, 'modelscope')]
    const nothing = { repository: 'thinktab/nothing' }
    const gone = down.address
    await down.close()
    await expect(inspect([few.address, gone], nothing)).rejects.toMatchObject({ code: 'network' })
    await expect(inspect([few.address], nothing)).rejects.toMatchObject({ code: 'repository-missing' })
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ Code: 10010205001, Success: false, Data: null })))
    await expect(inspect([few.address], nothing)).rejects.toMatchObject({ code: 'repository-missing' })
  })

  it('is told from damage, and from another form of answer', async () => {
    const hub = await openHub(FILES, 'modelscope')
    hub.misbehave({ kind: 'wrong-byte' }, { path: 'tokenizer.json', at: 3 })
    await expect(inspect([hub.address])).rejects.toMatchObject({ code: 'artifact-damaged' })
    const files = [{ Type: 'blob', Path: 'mlc-chat-config.json', Size: 3 }]
    for (const Data of [{ Files: 'none' }, { Files: files }]) {
      vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ Data })))
      await expect(inspect([hub.address])).rejects.toMatchObject({ code: 'repository-unusable' })
    }
  })
})

it('a hub that does not answer keeps the next one waiting for some seconds only', { timeout: 20_000 }, async () => {
  const [silent, good] = [await openHub(), await openHub(FILES, 'modelscope')]
  const original = fetch
  const given = new AbortController()
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (!url.startsWith(silent.origin)) return await original(url, init)
    return await new Promise((_, reject) => {
      init.signal?.addEventListener('abort', () => {
        given.abort()
        reject(init.signal?.reason as Error)
      })
    })
  })
  expect(await inspect([silent.address, good.address])).toMatchObject({ config: CONFIG })
  expect(given.signal.aborted).toBe(true)
})

it('a repository lies at the place that the hub’s layout gives it', () => {
  expect(KNOWN_HUBS.map((hub) => folderOf({ hub, repository: 'a/b', revision: 'v1' }))).toEqual([
    'https://huggingface.co/a/b/resolve/v1/',
    'https://hf-mirror.com/a/b/resolve/v1/',
    'https://modelscope.cn/models/a/b/resolve/master/',
  ])
})
