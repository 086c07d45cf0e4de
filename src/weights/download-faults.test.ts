import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Hub, type Fault } from '../../test/fixtures/hub'
import { CONFIG, countFetched, DownloadBench, FILES, MODEL, PIECE, SHARD, TOTAL, TUNING } from './download.fixture'

let bench: DownloadBench
beforeEach(async () => {
  bench = await DownloadBench.open()
})
afterEach(() => bench.close())

/** A byte in the first, a middle and the last piece. */
const PLACES = [
  ['first', 1],
  ['middle', 4 * PIECE + 1000],
  ['last', SHARD.bytes - 1000],
] as const

/** A fault, and the error if it does not pass and there is no other source to ask. */
const FAULTS: readonly (readonly [name: string, fault: Fault, code: string | undefined])[] = [
  ['cut', { kind: 'cut' }, 'network'],
  ['stall', { kind: 'stall' }, 'network'],
  ['wrong bytes', { kind: 'wrong-byte' }, 'artifact-damaged'],
  ['a changed file', { kind: 'changed' }, 'artifact-damaged'],
  ['a short body', { kind: 'short' }, undefined],
  ['an over-long body', { kind: 'long' }, 'artifact-damaged'],
  ['HTML', { kind: 'html' }, 'artifact-damaged'],
  ['404', { kind: 'status', status: 404 }, 'artifact-missing'],
  ['403', { kind: 'status', status: 403 }, 'artifact-missing'],
  ['416', { kind: 'status', status: 416 }, 'artifact-damaged'],
  ['429', { kind: 'status', status: 429, retryAfter: '0' }, 'server-busy'],
  ['500', { kind: 'status', status: 500 }, 'server-busy'],
  ['a server without ranges', { kind: 'no-range' }, undefined],
  ['a slow line', { kind: 'slow', bytesPerSecond: 1_000_000 }, undefined],
]

describe.each(FAULTS)('%s', (name, fault, code) => {
  beforeEach(() => {
    if (fault.kind === 'stall') bench.openStore({ stallMs: 150 })
  })

  it.each(PLACES)('in the %s piece: ends with the right bytes or an error that says why', async (_, at) => {
    bench.hub.misbehave(fault, { path: 'shard.bin', at })
    if (code === undefined) await bench.ensure()
    else {
      await expect(bench.ensure()).rejects.toMatchObject({ code, details: { file: 'shard.bin' } })
      await bench.expectNothingDamaged()
      const { haveBytes, missing } = await bench.store.status(MODEL)
      expect(missing).toEqual([SHARD])
      bench.hub.behave()
      expect(haveBytes).toBeGreaterThanOrEqual(CONFIG.bytes)
      await bench.ensure()
    }
    await bench.expectComplete()
  })

  it.each(PLACES)('in the %s piece: is mended from a mirror', async (_, at) => {
    bench.hub.misbehave(fault, { path: 'shard.bin', at })
    await bench.ensure({ mirrors: [bench.mirror.base] })
    await bench.expectComplete()
    if (code !== undefined) expect(bench.mirror.served.length).toBeGreaterThan(0)
  })

  it.each(PLACES)('in the %s piece, once: is mended, unless a file is not the right one', async (_, at) => {
    bench.hub.misbehave(fault, { path: 'shard.bin', at, times: 1 })
    const passes = !['404', '403', '416', 'HTML', 'an over-long body', 'a changed file'].includes(name)
    if (passes) await bench.ensure()
    else await expect(bench.ensure()).rejects.toMatchObject({ code })
    if (passes) await bench.expectComplete()
    else await bench.expectNothingDamaged()
  })
})

it('stores no byte of a body that is known to be wrong', async () => {
  bench.hub.misbehave({ kind: 'short' }, { path: CONFIG.path })
  await expect(bench.ensure()).rejects.toMatchObject({ code: 'artifact-damaged', details: { file: CONFIG.path } })
  const { verified, blocks } = await bench.artifacts.contents()
  expect([verified.size, blocks.size]).toEqual([0, 0])
})

describe('sources', () => {
  it('are not asked again and again when they do not answer and another does', async () => {
    const closed = await Hub.open(FILES)
    const { base } = closed
    await closed.close()
    bench.hub.misbehave({ kind: 'status', status: 404 }, { path: SHARD.path })
    const asked: string[] = []
    const original = fetch
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      asked.push(url)
      return original(url, init)
    })
    await expect(bench.ensure({ mirrors: [base] })).rejects.toMatchObject({ code: 'artifact-missing' })
    const inVain = asked.filter((url) => url.startsWith(base)).length
    expect(inVain).toBeGreaterThan(0)
    expect(inVain).toBeLessThanOrEqual(3 * TUNING.connections)
  })

  it('are left when their port is closed', async () => {
    const gone = await Hub.open(FILES)
    const { base } = gone
    await gone.close()
    await bench.ensure({ mirrors: [bench.mirror.base] }, MODEL, base)
    expect(bench.hub.served).toEqual([])
    await bench.expectComplete()
  })

  it('are not asked while the first one does', async () => {
    await bench.ensure({ mirrors: [bench.mirror.base] })
    expect(bench.mirror.served).toEqual([])
  })

  it('take over in the middle of a file, from the byte at which the other broke', async () => {
    const at = 4 * PIECE + 1000
    bench.hub.misbehave({ kind: 'cut' }, { path: 'shard.bin', at })
    const count = countFetched()
    await bench.ensure({ mirrors: [bench.mirror.base] })
    await bench.expectComplete()
    expect(bench.mirror.served.map(({ start }) => start)).toContain(at)
    expect(count.bytes).toBe(TOTAL)
  })

  it('may be laid out as ModelScope is: alone, first, or where another broke in the middle of a file', async () => {
    const at = 4 * PIECE + 1000
    const scope = await Hub.open(FILES, 'modelscope')
    onTestFinished(() => scope.close())
    await bench.ensure({}, MODEL, scope.base)
    await bench.expectComplete()
    expect(scope.served).toHaveLength(11)

    await bench.store.remove(MODEL, [])
    scope.misbehave({ kind: 'cut' }, { path: 'shard.bin', at })
    await bench.ensure({ mirrors: [bench.hub.base] }, MODEL, scope.base)
    await bench.expectComplete()
    expect(bench.hub.served.map(({ start }) => start)).toContain(at)

    await bench.store.remove(MODEL, [])
    scope.behave()
    bench.hub.misbehave({ kind: 'cut' }, { path: 'shard.bin', at })
    const before = scope.served.length
    await bench.ensure({ mirrors: [scope.base] })
    await bench.expectComplete()
    expect(scope.served.slice(before).map(({ start }) => start)).toContain(at)
  })

  it('are passed over in silence where they have no such repository', async () => {
    const scope = await Hub.open({}, 'modelscope')
    onTestFinished(() => scope.close())
    await bench.ensure({ mirrors: [bench.hub.base] }, MODEL, scope.base)
    await bench.expectComplete()
    expect(scope.served).toEqual([])
  })

  it('may all be wrong but the last', async () => {
    bench.hub.misbehave({ kind: 'wrong-byte' }, { path: 'shard.bin' })
    bench.mirror.misbehave({ kind: 'no-range' })
    bench.mirror.misbehave({ kind: 'short' })
    const third = await Hub.open(FILES)
    await bench.ensure({ mirrors: [bench.mirror.base, third.base] })
    await third.close()
    await bench.expectComplete()
  })

  it('may have other ETags than one another, and one that changes with every answer', async () => {
    let answers = 0
    const original = fetch
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const response = await original(url, init)
      const headers = new Headers(response.headers)
      headers.set('ETag', `"${++answers}"`)
      return new Response(response.body, { status: response.status, headers })
    })
    await bench.ensure()
    await bench.expectComplete()
  })

  it('are left alone for as long as they ask', async () => {
    bench.hub.misbehave({ kind: 'status', status: 429, retryAfter: '1' }, { path: 'config.json', times: 1 })
    const before = performance.now()
    await bench.ensure()
    expect(performance.now() - before).toBeGreaterThan(990)
    await bench.expectComplete()
  })

  it('that ask for hours are not waited for', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    bench.hub.misbehave({ kind: 'status', status: 503, retryAfter: date }, { path: 'config.json' })
    await expect(bench.ensure()).rejects.toMatchObject({
      code: 'server-busy',
      retry: 'later',
      details: { status: 503 },
    })
    expect(bench.hub.served).toHaveLength(1)
  })

  it('may keep Content-Range from pages', async () => {
    const original = fetch
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const { body, status } = await original(url, init)
      return new Response(body, { status })
    })
    await bench.ensure()
    await bench.expectComplete()
  })

  it('without ranges are asked for the whole file, once', async () => {
    bench.hub.misbehave({ kind: 'no-range' })
    await bench.ensure()
    await bench.expectComplete()
    const whole = bench.hub.served.filter(({ path, partial }) => path === SHARD.path && !partial)
    expect(whole).toHaveLength(1)
  })

  it('without ranges start again after a break, and what had come is skipped', async () => {
    bench.hub.misbehave({ kind: 'cut' }, { path: CONFIG.path, at: 5, times: 1 })
    bench.hub.misbehave({ kind: 'no-range' }, { path: CONFIG.path, at: 6 })
    const done: number[] = []
    await bench.ensure({ onProgress: (at) => done.push(at.done) })
    await bench.expectComplete()
    expect(done.slice(0, 2)).toEqual([5, CONFIG.bytes])
  })

  it('that fail are asked six times, with longer and longer waits', async () => {
    bench.openStore({ backoffMs: 20 })
    bench.hub.misbehave({ kind: 'status', status: 500 })
    const before = performance.now()
    await expect(bench.ensure()).rejects.toMatchObject({ code: 'server-busy' })
    expect(bench.hub.served).toHaveLength(6)
    expect(performance.now() - before).toBeGreaterThan((20 + 40 + 80 + 160 + 320) / 2)
  })
})
