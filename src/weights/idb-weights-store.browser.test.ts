import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { folderOf } from '../hub/folders'
import type { Artifact } from '../models/manifest'
import { sha256 } from '../platform/sha256'
import { IdbWeightsStore } from './idb-weights-store'
import { ArtifactFetcher } from './artifact-fetcher'
import type { FetchProgress } from './weights'

const BASE = 'https://thinktab.example/models/nano/'
const PLACES = { weights: [BASE], kernels: [BASE] }
const PIECE = 1024 * 1024
const encode = (text: string) => new TextEncoder().encode(text)

async function artifactOf(path: string, text = path): Promise<Artifact> {
  return { path, bytes: encode(text).length, sha256: await sha256(encode(text).buffer), role: 'shard' }
}

/** Three artifacts whose bytes are their paths. */
const A = await artifactOf('a')
const B = await artifactOf('bb')
const C = await artifactOf('ccc')
const MODEL: readonly Artifact[] = [A, B, C]

let name = ''
let store: IdbWeightsStore
/** Each is the same store in another tab. */
const openStore = () =>
  new IdbWeightsStore(
    name,
    new ArtifactFetcher(name, folderOf, { pieceBytes: PIECE, blockBytes: PIECE / 4, backoffMs: 1 }),
  )
let fetched: string[]
let answer: (path: string, signal: AbortSignal | null | undefined) => Promise<Response> | Response

beforeEach(() => {
  name = `weights-${crypto.randomUUID()}`
  store = openStore()
  fetched = []
  answer = (path) => new Response(path)
  vi.stubGlobal('fetch', async (url: string, { signal }: RequestInit) => {
    const path = url.slice(BASE.length)
    fetched.push(path)
    return await answer(path, signal)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  indexedDB.deleteDatabase(name)
})

const ensure = (model = MODEL, signal = new AbortController().signal, progress: FetchProgress[] = []) =>
  store.ensure(model, PLACES, { signal, onProgress: (at) => progress.push(at) })
const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
const pathsOf = (artifacts: readonly Artifact[]) => artifacts.map((artifact) => artifact.path)
/** Stored bytes of a model, and the paths that are not complete. */
const storedOf = async (model = MODEL) => {
  const { haveBytes, missing } = await store.status(model)
  return [haveBytes, ...pathsOf(missing)]
}

/** Changes the database without the store's knowledge. */
async function change(act: (artifacts: IDBObjectStore) => void) {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(new Error('The store could not be opened.'))
  })
  const transaction = database.transaction('artifacts', 'readwrite')
  act(transaction.objectStore('artifacts'))
  await new Promise((resolve) => (transaction.oncomplete = resolve))
  database.close()
}

/** Overwrites the stored bytes of an artifact. */
const overwrite = ({ sha256: key }: Artifact, bytes: string) =>
  change((artifacts) => artifacts.put(new Blob([bytes]), key))

describe('ensure', () => {
  it('fetches what is missing, reports bytes, and has it for the next page', async () => {
    expect(await storedOf()).toEqual([0, 'a', 'bb', 'ccc'])
    const progress: FetchProgress[] = []
    await ensure(MODEL, undefined, progress)
    expect(fetched).toEqual(['a', 'bb', 'ccc'])
    expect(new Set(progress.map(({ done }) => done))).toEqual(new Set([1, 3, 6]))
    expect(progress.at(-1)).toEqual({ phase: 'download', done: 6, total: 6, verified: 6 })
    store = openStore()
    expect(await storedOf()).toEqual([6])
    await ensure()
    expect(fetched).toHaveLength(3)
    expect(await (await store.read(C)).text()).toBe('ccc')
  })

  it.each<readonly [string, () => Promise<Response> | Response, string]>([
    ['the connection breaks', () => Promise.reject(new TypeError('Failed to fetch')), 'network'],
    ['a file is missing', () => new Response('', { status: 404 }), 'artifact-missing'],
    ['other bytes come', () => new Response('xx'), 'artifact-damaged'],
    ['too few come', () => new Response('b'), 'artifact-damaged'],
    ['too many come', () => new Response('bbb'), 'artifact-damaged'],
  ])('keeps what arrived when %s, and goes on there', async (_, response, code) => {
    answer = (path) => (path === 'bb' ? response() : new Response(path))
    await expect(ensure()).rejects.toMatchObject({ code, details: { file: 'bb' } })
    expect(await storedOf()).toEqual([1, 'bb', 'ccc'])
    answer = (path) => new Response(path)
    fetched = []
    const progress: FetchProgress[] = []
    await ensure(MODEL, undefined, progress)
    expect(fetched).toEqual(['bb', 'ccc'])
    expect(progress[0]?.done).toBeGreaterThan(1)
    expect(await storedOf()).toEqual([6])
  })

  it('stops when it is aborted, and keeps what arrived', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    answer = (path, signal) =>
      path === 'bb'
        ? new Promise<Response>((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason as Error))
            controller.abort(reason)
          })
        : new Response(path)
    await expect(ensure(MODEL, controller.signal)).rejects.toBe(reason)
    expect(await storedOf()).toEqual([1, 'bb', 'ccc'])
  })

  it('fetches and counts the same bytes once, though two paths have them', async () => {
    const model = [A, { ...A, path: 'again' }, B]
    answer = (path) => new Response(path === 'again' ? 'a' : path)
    const progress: FetchProgress[] = []
    await ensure(model, undefined, progress)
    expect(fetched).toHaveLength(2)
    expect(progress.at(-1)).toMatchObject({ done: 3, total: 3 })
    expect(await store.remove(model, [])).toBe(3)
  })

  it('says so when there is no room', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    await expect(ensure()).rejects.toMatchObject({ code: 'storage-full' })
  })
})

describe('read', () => {
  it('has no bytes of what is not stored', async () => {
    await expect(store.read(A)).rejects.toMatchObject({ code: 'artifact-missing', details: { file: 'a' } })
  })

  it('takes another length for damage', async () => {
    await ensure()
    await overwrite(B, 'b')
    await expect(store.read(B)).rejects.toMatchObject({ code: 'artifact-damaged', details: { file: 'bb', bytes: 1 } })
  })
})

describe('verify', () => {
  it.each(['bc', 'b', ''])('drops what has become %j, so that it is fetched again', async (bytes) => {
    await ensure()
    expect(await store.verify(MODEL, quiet)).toEqual([])
    await overwrite(B, bytes)
    expect(pathsOf(await store.verify(MODEL, quiet))).toEqual(['bb'])
    expect(await storedOf()).toEqual([4, 'bb'])
    fetched = []
    await ensure()
    expect(fetched).toEqual(['bb'])
    expect(await store.verify(MODEL, quiet)).toEqual([])
  })

  it('drops what cannot be read any more', async () => {
    await ensure()
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockRejectedValueOnce(new DOMException('lost', 'NotReadableError'))
    expect(pathsOf(await store.verify(MODEL, quiet))).toEqual(['a'])
    expect(await storedOf()).toEqual([5, 'a'])
  })

  it('has nothing against a store that is not complete', async () => {
    await ensure([A])
    expect(await store.verify(MODEL, quiet)).toEqual([])
    expect(await storedOf()).toEqual([1, 'bb', 'ccc'])
  })
})

describe('an artifact of several pieces', () => {
  const bytes = Uint8Array.from({ length: 5 * PIECE + 1 }, (_, index) => (index * 2654435761) >>> 13)
  const parts: string[] = []
  let model: readonly Artifact[]
  let shard: Artifact

  beforeEach(async () => {
    shard = { path: 'shard', bytes: bytes.length, sha256: await sha256(bytes.buffer), role: 'shard' }
    model = [shard]
    parts.length = 0
    vi.stubGlobal('fetch', (_: string, { headers }: { headers: { Range: string } }) => {
      parts.push(headers.Range)
      const [start = 0, last = 0] = headers.Range.replace('bytes=', '').split('-').map(Number)
      const range = `bytes ${start}-${last}/${bytes.length}`
      const response = new Response(bytes.slice(start, last + 1), { status: 206, headers: { 'Content-Range': range } })
      return Promise.resolve(response)
    })
  })

  it('is stored in blocks as they arrive, and read as one Blob on the next page', async () => {
    await ensure(model)
    expect(parts).toHaveLength(6)
    store = openStore()
    expect(await storedOf(model)).toEqual([bytes.length])
    expect(await sha256(await (await store.read(shard)).arrayBuffer())).toBe(shard.sha256)
    expect(await store.verify(model, quiet)).toEqual([])
    let stored: unknown[] = []
    await change((artifacts) => {
      artifacts.getAll().onsuccess = ({ target }) => (stored = (target as IDBRequest<unknown[]>).result)
    })
    const sizes = stored.filter((value) => value instanceof Blob).map(({ size }) => size)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(bytes.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(PIECE)
    expect(await store.remove(model, [])).toBe(bytes.length)
    expect(await storedOf(model)).toEqual([0, 'shard'])
  })

  it.each<readonly [string, (artifacts: IDBObjectStore, key: IDBValidKey, size: number) => void]>([
    ['has gone bad', (artifacts, key, size) => artifacts.put(new Blob([new Uint8Array(size)]), key)],
    ['is gone', (artifacts, key) => artifacts.delete(key)],
  ])('is found out and fetched again when a block %s', async (what, damage) => {
    await ensure(model)
    await change((artifacts) => {
      artifacts.openCursor(IDBKeyRange.lowerBound([])).onsuccess = ({ target }) => {
        const { result } = target as IDBRequest<IDBCursorWithValue>
        damage(artifacts, result.key, (result.value as Blob).size)
      }
    })
    if (what === 'is gone') await expect(store.read(shard)).rejects.toMatchObject({ code: 'artifact-damaged' })
    expect(pathsOf(await store.verify(model, quiet))).toEqual(['shard'])
    expect(await storedOf(model)).toEqual([0, 'shard'])
    await ensure(model)
    expect(await store.verify(model, quiet)).toEqual([])
  })

  it('is fetched once by two tabs', async () => {
    const other = openStore()
    const options = { signal: new AbortController().signal, onProgress: vi.fn() }
    await Promise.all([ensure(model), other.ensure(model, PLACES, options)])
    expect(parts).toHaveLength(6)
    expect(options.onProgress).toHaveBeenLastCalledWith({
      phase: 'download',
      done: bytes.length,
      total: bytes.length,
      verified: bytes.length,
    })
    expect(await storedOf(model)).toEqual([bytes.length])
  })

  it('is taken over by the second tab when the first gives up', async () => {
    const controller = new AbortController()
    const first = store.ensure(model, PLACES, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done > 2 * PIECE) controller.abort(new Error('closed'))
      },
    })
    const second = openStore().ensure(model, PLACES, { signal: new AbortController().signal, onProgress: vi.fn() })
    await expect(first).rejects.toThrow('closed')
    await second
    expect(await store.verify(model, quiet)).toEqual([])
    expect(await storedOf(model)).toEqual([bytes.length])
  })
})

it('removes a model’s artifacts and no others', async () => {
  await ensure()
  expect(await store.remove([A, B], [])).toBe(3)
  expect(await storedOf()).toEqual([3, 'a', 'bb'])
  expect(await store.remove([A, B], [])).toBe(0)
})
