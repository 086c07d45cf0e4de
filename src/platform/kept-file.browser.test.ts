import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { storedAs } from '../shared/site-worker'
import { keptFile, type OwnFile } from './kept-file'
import { sha256 } from './sha256'

const at = (name: string) => new URL(name, location.href).href
const bytesOf = (name: string) => new TextEncoder().encode(`bytes of ${name}`).buffer
const built = async (name: string): Promise<OwnFile> => ({ url: at(name), hash: await sha256(bytesOf(name)) })
const textOf = async (wanted: string, ...others: string[]) =>
  (await keptFile(cache, await built(wanted), ...(await Promise.all(others.map(built))))).text()

let cache = ''
let fetched: string[] = []
/** What the host answers in place of a file; `twice` past the browser's own cache as well. */
let wrong: Record<string, 'once' | 'twice'> = {}
beforeEach(() => {
  cache = `kept-${crypto.randomUUID()}`
  fetched = []
  wrong = {}
  vi.stubGlobal('fetch', (url: string, { cache: mode }: RequestInit) => {
    const name = new URL(url).pathname.slice(1)
    fetched.push(mode === 'reload' ? `${name}!` : name)
    if (name === 'missing') return Promise.resolve(new Response('', { status: 404 }))
    const isWrong = wrong[name] === 'twice' || (wrong[name] === 'once' && mode !== 'reload')
    return Promise.resolve(new Response(isWrong ? '<!doctype html>' : bytesOf(name)))
  })
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await caches.delete(cache)
})
const keptKeys = async () => (await (await caches.open(cache)).keys()).map(({ url }) => url)
const keyOf = async (name: string) => storedAs(at(name), await sha256(bytesOf(name)))

describe('keptFile', () => {
  it('fetches once, and drops what belongs to another version', async () => {
    expect(await textOf('a-1', 'b-1')).toBe('bytes of a-1')
    expect(await textOf('a-1', 'b-2')).toBe('bytes of a-1')
    expect(fetched).toEqual(['a-1', 'b-1', 'b-2'])
    expect(await keptKeys()).toEqual([await keyOf('a-1'), await keyOf('b-2')])
  })

  it('fetches what is not as it was built past the cache of the browser, and keeps only what is', async () => {
    wrong = { a: 'once' }
    expect(await textOf('a')).toBe('bytes of a')
    expect(fetched).toEqual(['a', 'a!'])
    wrong = { b: 'twice' }
    await expect(textOf('a', 'b')).rejects.toMatchObject({ code: 'artifact-damaged', details: { file: at('b') } })
    wrong = {}
    expect(await textOf('b')).toBe('bytes of b')
    expect(await keptKeys()).toEqual([await keyOf('b')])
  })

  it('fetches a kept file anew that was damaged', async () => {
    await textOf('a')
    await (await caches.open(cache)).put(await keyOf('a'), new Response(bytesOf('a').slice(3)))
    expect(await textOf('a')).toBe('bytes of a')
    expect(fetched).toEqual(['a', 'a'])
  })

  it('keeps no answer that is none, and goes without a cache', async () => {
    await expect(textOf('missing')).rejects.toMatchObject({ code: 'artifact-missing' })
    expect(await keptKeys()).toEqual([])
    vi.stubGlobal('caches', undefined)
    expect(await textOf('a', 'b')).toBe('bytes of a')
    vi.stubGlobal('caches', { open: () => Promise.reject(new DOMException('no', 'SecurityError')) })
    expect(await textOf('a', 'b')).toBe('bytes of a')
  })

  it('takes what comes where nothing was built', async () => {
    const blob = await keptFile(cache, { url: at('a'), hash: undefined })
    expect(await blob.text()).toBe('bytes of a')
  })
})
