import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Hub } from '../../test/fixtures/hub'
import { ROOM_FOR_CHATS } from './artifact-fetcher'
import { sum } from './artifact-store'
import {
  artifactOf,
  CONFIG,
  countFetched,
  DownloadBench,
  failPuts,
  FILES,
  MODEL,
  PIECE,
  quietly,
  SHARD,
  TOTAL,
  TUNING,
} from './download.fixture'
import { sizeOf } from './ranges'
import type { FetchProgress } from './weights'

let bench: DownloadBench
beforeEach(async () => {
  bench = await DownloadBench.open()
})
afterEach(() => bench.close())

describe('the test hub', () => {
  it('lists files by the names that Git and Git LFS give them', async () => {
    const other = await Hub.open({ 'hello.json': new TextEncoder().encode('hello\n'), 'empty.bin': new Uint8Array() })
    const list: unknown = await (await fetch(other.tree)).json()
    await other.close()
    expect(list).toEqual([
      { type: 'file', path: 'hello.json', size: 6, oid: 'ce013625030ba8dba906f756967f9e9ca394464a' },
      {
        type: 'file',
        path: 'empty.bin',
        size: 0,
        oid: 'fc8e42b32efb9a9bf3ae0234a18a948e499490f8',
        lfs: { oid: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', size: 0, pointerSize: 126 },
      },
    ])
  })

  it('redirects large files to another origin, and knows ranges', async () => {
    const ask = (range: string) => fetch(`${bench.hub.base}shard.bin`, { headers: { Range: range } })
    const part = await ask('bytes=5-8')
    expect(part.url).toBe(`${bench.hub.store}shard.bin`)
    expect(part.status).toBe(206)
    expect(part.headers.get('Content-Range')).toBe(`bytes 5-8/${SHARD.bytes}`)
    expect(part.headers.get('ETag')).toBe(`"${SHARD.sha256}"`)
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(FILES['shard.bin'].subarray(5, 9))
    expect((await ask(`bytes=${SHARD.bytes}-`)).status).toBe(416)
    expect((await fetch(`${bench.hub.base}none.bin`)).status).toBe(404)
  })
})

describe('a download', () => {
  it('asks for each piece once, without cookies, and tells how far it is', async () => {
    const asked = vi.spyOn(globalThis, 'fetch')
    const progress: FetchProgress[] = []
    await bench.ensure({ onProgress: (at) => progress.push(at) })
    await bench.expectComplete()
    expect(bench.hub.served).toHaveLength(11)
    expect(new Set(bench.hub.served.map(({ start, path }) => `${path} ${start}`)).size).toBe(11)
    for (const [, init] of asked.mock.calls) expect(init).toMatchObject({ credentials: 'omit', cache: 'no-store' })
    expect(progress.at(-1)).toMatchObject({ phase: 'download', done: TOTAL, total: TOTAL, verified: TOTAL })
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).sort((a, b) => a - b))
    await bench.ensure()
    expect(bench.hub.served).toHaveLength(11)
  })

  it('keeps to its number of connections', async () => {
    let open = 0
    let most = 0
    const original = fetch
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      most = Math.max(most, ++open)
      const response = await original(url, init)
      const body = await response.arrayBuffer()
      open -= 1
      return new Response(body, response)
    })
    await bench.ensure()
    expect(most).toBe(TUNING.connections)
  })

  it('stops on an abort, and goes on with the rest only', async () => {
    const controller = new AbortController()
    const reason = new Error('pause')
    const count = countFetched()
    const running = bench.ensure({
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done > TOTAL / 2) controller.abort(reason)
      },
    })
    await expect(running).rejects.toBe(reason)
    const { haveBytes, missing } = await bench.store.status(MODEL)
    expect(haveBytes).toBeGreaterThan(TOTAL / 2)
    expect(missing).toEqual([SHARD])
    await bench.expectNothingDamaged()
    const before = count.bytes
    bench.openStore()
    await bench.ensure()
    expect(count.bytes - before).toBe(TOTAL - haveBytes)
    await bench.expectComplete()
  })

  it('fetches once more what was cleared away while it went on', async () => {
    let cleared: Promise<unknown> | undefined
    await bench.ensure({
      onProgress: ({ done }) => {
        if (done > TOTAL / 2) cleared ??= bench.store.remove(MODEL, [])
      },
    })
    expect(await cleared).toBeGreaterThan(0)
    await bench.expectComplete()
  })

  it('takes up what an unfinished small artifact has left', async () => {
    bench.hub.misbehave({ kind: 'cut' }, { path: 'config.json', at: 5 })
    await expect(bench.ensure({}, [CONFIG])).rejects.toMatchObject({ code: 'network' })
    expect(await bench.store.status([CONFIG])).toEqual({ haveBytes: 5, missing: [CONFIG] })
    await expect(bench.store.read(CONFIG)).rejects.toMatchObject({ code: 'artifact-missing' })
    bench.hub.behave()
    await bench.ensure()
    expect(bench.hub.served.filter(({ path }) => path === 'config.json').at(-1)).toMatchObject({
      start: 5,
      status: 206,
    })
    await bench.expectComplete()
  })

  it('costs hardly more than its bytes, though the page is killed twenty times', async () => {
    // The proportions of a gigabyte in shards of 32 MiB, at the default sizes, over a line slower than storage.
    const pieceBytes = 8 * PIECE
    const tuning = { pieceBytes, blockBytes: pieceBytes / 4, connections: 4 }
    const bytesOf = (index: number) => new Uint8Array(2 * pieceBytes).map((_, at) => (at >> 8) + index)
    const shards = Array.from({ length: 32 }, (_, index) => ({ path: `${index}.bin`, bytes: bytesOf(index) }))
    const total = shards.length * 2 * pieceBytes
    const model = await Promise.all(shards.map(async ({ path, bytes }) => artifactOf(path, bytes)))
    await bench.close()
    bench = await DownloadBench.open(Object.fromEntries(shards.map(({ path, bytes }) => [path, bytes])))
    bench.hub.misbehave({ kind: 'slow', bytesPerSecond: 1e6 })
    const count = countFetched()
    let dead = false
    // A killed page stores no more bytes.
    failPuts(() => (dead ? new DOMException('killed', 'InvalidStateError') : undefined))
    let kills = 0
    for (; kills < 20; kills += 1) {
      bench.openStore(tuning)
      const controller = new AbortController()
      const limit = count.bytes + Math.random() * (total / 11)
      const onProgress = () => {
        if (count.bytes < limit) return
        dead = true
        controller.abort(new Error('killed'))
      }
      if (
        await bench.ensure({ signal: controller.signal, onProgress }, model).then(
          () => true,
          () => false,
        )
      )
        break
      dead = false
    }
    expect(kills).toBeGreaterThan(10)
    bench.openStore(tuning)
    await bench.ensure({}, model)
    expect(await bench.store.status(model)).toEqual({ haveBytes: total, missing: [] })
    expect(await bench.store.verify(model, quietly())).toEqual([])
    expect(count.bytes).toBeLessThanOrEqual(1.05 * total + tuning.connections * pieceBytes)
  }, 60_000)
})

describe('room', () => {
  const estimate = (quota: number) => {
    vi.stubGlobal('navigator', { storage: { estimate: () => Promise.resolve({ quota, usage: 1000 }) } })
  }

  it('that does not suffice is named in bytes before anything is fetched', async () => {
    estimate(TOTAL + ROOM_FOR_CHATS + 999)
    await expect(bench.ensure()).rejects.toMatchObject({
      code: 'storage-short',
      details: { neededBytes: TOTAL + ROOM_FOR_CHATS, freeBytes: TOTAL + ROOM_FOR_CHATS - 1, missingBytes: 1 },
    })
    expect(bench.hub.served).toEqual([])
    estimate(TOTAL + ROOM_FOR_CHATS + 1000)
    await bench.ensure()
    estimate(0)
    await bench.ensure() // stored bytes need no room
    await bench.expectComplete()
  })

  it('is left for chats, which nobody can fetch again', async () => {
    const roomTaken = async () =>
      sum(((await bench.artifacts.contents()).blocks.get('room for chats') ?? []).map(sizeOf))
    let during = 0
    bench.hub.misbehave({ kind: 'slow', bytesPerSecond: 100_000 }, { path: 'shard.bin' })
    const onProgress = () => void roomTaken().then((bytes) => (during = Math.max(during, bytes)))
    await bench.ensure({ onProgress })
    expect(during).toBe(ROOM_FOR_CHATS)
    expect(await roomTaken()).toBe(0)
    await bench.expectComplete()
  })

  it('for chats alone is not enough for weights', async () => {
    failPuts(() => new DOMException('full', 'QuotaExceededError'))
    await expect(bench.ensure()).rejects.toMatchObject({ code: 'storage-full', details: { neededBytes: TOTAL } })
    expect(bench.hub.served).toEqual([])
  })

  it('that runs out half-way leaves what is there', async () => {
    let left = 10
    failPuts(() => (left-- > 0 ? undefined : new DOMException('full', 'QuotaExceededError')))
    await expect(bench.ensure()).rejects.toMatchObject({ code: 'storage-full' })
    const { haveBytes } = await bench.store.status(MODEL)
    expect(haveBytes).toBeGreaterThan(5 * TUNING.blockBytes)
    await bench.expectNothingDamaged()
    vi.restoreAllMocks()
    const count = countFetched()
    await bench.ensure()
    expect(count.bytes).toBe(TOTAL - haveBytes)
    await bench.expectComplete()
  })

  it('is given back by what no model wants any more, finished or not', async () => {
    bench.hub.misbehave({ kind: 'status', status: 404 }, { path: 'shard.bin', at: SHARD.bytes - 1 })
    await expect(bench.ensure()).rejects.toMatchObject({ code: 'artifact-missing' })
    const { haveBytes } = await bench.store.status(MODEL)
    expect(haveBytes).toBeGreaterThan(CONFIG.bytes)
    expect(await bench.store.removeOthers(MODEL)).toBe(0)
    expect(await bench.store.removeOthers([CONFIG])).toBe(haveBytes - CONFIG.bytes)
    expect(await bench.store.status(MODEL)).toEqual({ haveBytes: CONFIG.bytes, missing: [SHARD] })
    bench.hub.behave()
    await bench.ensure()
    expect(await bench.store.removeOthers([SHARD])).toBe(CONFIG.bytes)
    expect(await bench.store.remove(MODEL, [])).toBe(SHARD.bytes)
    expect(await bench.store.removeOthers([])).toBe(0)
  })
})
