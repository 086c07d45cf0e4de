import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sha256 } from '../platform/sha256'
import { SiteFiles } from './site-files'

const SITE = 'https://example.org/some/where/'
const NAMES = ['index.html', 'assets/a-00000000.js', 'models/nano/params.bin']

/** What the host answers; names that are not in it are answered with 404, and nothing answers where there is no host. */
let host: Map<string, string> | undefined
let fetched: string[] = []
let cacheName = ''

async function versionOf(contents: ReadonlyMap<string, string>): Promise<SiteFiles> {
  const files = await Promise.all(
    [...contents].map(async ([url, text]) => ({ url, revision: await sha256(new TextEncoder().encode(text).buffer) })),
  )
  return new SiteFiles(files, SITE, cacheName)
}
const contents = (version: string) => new Map(NAMES.map((name) => [name, `${name} of version ${version}`]))
const read = async (site: SiteFiles, name: string) => (await site.read(`${SITE}${name}`)).response.text()
const stored = async () => {
  const cache = await caches.open(cacheName)
  return await Promise.all((await cache.keys()).map(async (key) => (await cache.match(key))?.text()))
}
async function damage(name: string, text: string | undefined): Promise<void> {
  const cache = await caches.open(cacheName)
  const key = (await cache.keys()).find(({ url }) => url.startsWith(`${SITE}${name}?`))
  if (!key) throw new Error(`${name} is not stored.`)
  await (text === undefined ? cache.delete(key) : cache.put(key, new Response(text)))
}

beforeEach(() => {
  cacheName = `site-${crypto.randomUUID()}`
  host = contents('1')
  fetched = []
  vi.stubGlobal('fetch', (url: string) => {
    const name = url.slice(SITE.length)
    fetched.push(name)
    if (!host) return Promise.reject(new TypeError('Failed to fetch'))
    const text = host.get(name)
    return Promise.resolve(new Response(text ?? 'There is nothing here.', { status: text === undefined ? 404 : 200 }))
  })
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await caches.delete(cacheName)
})

describe('SiteFiles', () => {
  it('leaves no part of a version on a full disk, and the earlier version as it is', async () => {
    await (await versionOf(contents('1'))).store()
    host = contents('2')
    const site = await versionOf(contents('2'))
    const full = new DOMException('There is no room.', 'QuotaExceededError')
    const put: (key: RequestInfo | URL, response: Response) => Promise<void> = Reflect.get(Cache.prototype, 'put')
    let puts = 0
    vi.spyOn(Cache.prototype, 'put').mockImplementation(function (this: Cache, key, response) {
      puts += 1
      return puts === NAMES.length ? Promise.reject(full) : put.call(this, key, response)
    })
    await expect(site.store()).rejects.toBe(full)
    vi.restoreAllMocks()
    expect(await stored()).toEqual([...contents('1').values()])
  })

  it('stores every file once, and answers without a host', async () => {
    const site = await versionOf(contents('1'))
    await site.store()
    await site.store()
    expect(fetched).toEqual(NAMES)
    host = undefined
    for (const name of NAMES) expect(await read(site, name)).toBe(`${name} of version 1`)
    expect(site.has(`${SITE}index.html`)).toBe(true)
    expect(site.has(`${SITE}index.html?x`)).toBe(false)
  })

  it.each(NAMES)(
    'is not stored while %s is answered with something else, and then is, fetching only what lacks',
    async (name) => {
      const site = await versionOf(contents('1'))
      for (const text of ['<!doctype html>', '', `${name} of version`, undefined]) {
        if (text === undefined) host?.delete(name)
        else host?.set(name, text)
        await expect(site.store()).rejects.toMatchObject({
          code: text === undefined ? 'artifact-missing' : 'artifact-damaged',
        })
        expect(await stored()).not.toContain(text)
      }
      host = contents('1')
      fetched = []
      await site.store()
      expect(fetched).toEqual(NAMES.slice(NAMES.indexOf(name)))
      expect(new Set(await stored())).toEqual(new Set(contents('1').values()))
    },
  )

  it.each(NAMES)('keeps the old version beside a new one of which %s is wrong', async (name) => {
    const old = await versionOf(contents('1'))
    await old.store()
    host = contents('2').set(name, '<!doctype html>')
    const next = await versionOf(contents('2'))
    await expect(next.store()).rejects.toMatchObject({ code: 'artifact-damaged' })
    for (const each of NAMES) expect(await read(old, each)).toBe(`${each} of version 1`)
    host = contents('2')
    await next.store()
    await next.dropOthers()
    expect(new Set(await stored())).toEqual(new Set(contents('2').values()))
  })

  it.each([
    ['damaged', '<!doctype html>'],
    ['lost', undefined],
  ] as const)('fetches a file again that was %s', async (_how, text) => {
    const site = await versionOf(contents('1'))
    await site.store()
    await damage('index.html', text)
    host = undefined
    await expect(site.read(`${SITE}index.html`)).rejects.toMatchObject({ code: 'network' })
    host = contents('1')
    expect((await site.read(`${SITE}index.html`)).wasStored).toBe(false)
    expect((await site.read(`${SITE}index.html`)).wasStored).toBe(true)
  })

  it('makes good what it can when it checks, once, and again after a failure', async () => {
    const site = await versionOf(contents('1'))
    await site.store()
    for (const name of NAMES) await damage(name, 'x')
    host = contents('1')
    host.delete('index.html')
    await site.check()
    expect((await stored()).filter((text) => text === 'x')).toHaveLength(1)
    host = contents('1')
    await site.check()
    expect(new Set(await stored())).toEqual(new Set(contents('1').values()))
    fetched = []
    await damage('index.html', 'x')
    await site.check()
    expect(fetched).toEqual([])
  })
})
