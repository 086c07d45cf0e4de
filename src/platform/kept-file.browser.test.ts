import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keptFile } from './kept-file'

const at = (name: string) => new URL(name, location.href).href
const textOf = async (cache: string, wanted: string, ...others: string[]) =>
  (await keptFile(cache, at(wanted), ...others.map(at))).text()

let cache = ''
let fetched: string[] = []
beforeEach(() => {
  cache = `kept-${crypto.randomUUID()}`
  fetched = []
  vi.stubGlobal('fetch', (url: string) => {
    fetched.push(new URL(url).pathname.slice(1))
    return Promise.resolve(new Response(`bytes of ${fetched.at(-1)}`, { status: url.endsWith('missing') ? 404 : 200 }))
  })
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await caches.delete(cache)
})

describe('keptFile', () => {
  it('fetches once, and drops what belongs to another version', async () => {
    expect(await textOf(cache, 'a-1', 'b-1')).toBe('bytes of a-1')
    expect(await textOf(cache, 'a-1', 'b-2')).toBe('bytes of a-1')
    expect(fetched).toEqual(['a-1', 'b-1', 'b-2'])
    const kept = await (await caches.open(cache)).keys()
    expect(kept.map(({ url }) => url)).toEqual([at('a-1'), at('b-2')])
  })

  it('keeps no answer that is none, and goes without a cache', async () => {
    await expect(keptFile(cache, at('missing'))).rejects.toMatchObject({ code: 'artifact-missing' })
    expect(await (await caches.open(cache)).keys()).toEqual([])
    vi.stubGlobal('caches', undefined)
    expect(await textOf(cache, 'a', 'b')).toBe('bytes of a')
    vi.stubGlobal('caches', { open: () => Promise.reject(new DOMException('no', 'SecurityError')) })
    expect(await textOf(cache, 'a', 'b')).toBe('bytes of a')
  })
})
