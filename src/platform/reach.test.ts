import { afterEach, expect, it, vi } from 'vitest'
import { addressIn, isFolder, reach } from './reach'

const FOLDER = 'https://hub.example/owner/name/resolve/main/'

afterEach(() => {
  vi.unstubAllGlobals()
})

it.each([
  ['model.gguf', 'model.gguf'],
  ['a/b c.bin', 'a/b%20c.bin'],
  ['a%20b.gguf', 'a%20b.gguf'],
  ['模型.gguf', '%E6%A8%A1%E5%9E%8B.gguf'],
  ['%e6%a8%a1.gguf', '%E6%A8%A1.gguf'],
  ['api/revision/refs%2Fpr%2F1', 'api/revision/refs%2Fpr%2F1'],
])('%j is asked for in its folder', (path, encoded) => {
  const address = addressIn({ folder: FOLDER, path })
  expect(address).toBe(FOLDER + encoded)
  expect(new URL(address).href).toBe(address)
})

/** Paths of a hub's listing or of a manifest that would lead elsewhere, or say something to whoever hears them. */
const HOSTILE_PATHS = [
  'https://evil.example/x',
  '//evil.example/x',
  '/absolute.bin',
  '../../x.bin',
  '..\\..\\x.bin',
  '\\\\evil.example\\x',
  'a/../../x',
  '%2e%2e/x',
  '%2e%2e%2fx',
  '%252e%252e/x',
  '%2F%2Fevil.example/x',
  '%5c%5cevil.example',
  'https%3A%2F%2Fevil.example/x',
  'x.bin?text=everything+that+was+said',
  'x.bin%3Ftext=said',
  'x.bin#text',
  'x.bin%23text',
  'a%00b',
  'a\nb',
  'a%zz',
  '\ud800',
  'x'.repeat(256),
  '',
]

it.each(HOSTILE_PATHS)('%j is not asked for', async (path) => {
  const asked = vi.fn()
  vi.stubGlobal('fetch', asked)
  expect(() => addressIn({ folder: FOLDER, path })).toThrow(expect.objectContaining({ code: 'address-refused' }))
  await expect(reach({ folder: FOLDER, path }, 'hub', new AbortController().signal)).rejects.toMatchObject({
    code: 'address-refused',
  })
  expect(asked).not.toHaveBeenCalled()
})

it.each(['https://hub.example/', 'http://127.0.0.1:8000/a/b%20c/'])('%j is a folder', (text) => {
  expect(isFolder(text)).toBe(true)
})

it.each([
  'https://hub.example',
  'https://hub.example/a',
  'https://hub.example/?q=/',
  'https://hub.example/#/',
  'https://user:secret@hub.example/',
  'https://hub.example/a/../',
  'https://hub.example\\a/',
  'HTTPS://hub.example/',
  'ftp://hub.example/',
  'data:text/plain,/',
  '//hub.example/',
  '',
])('%j is none', (text) => {
  expect(isFolder(text)).toBe(false)
  expect(() => addressIn({ folder: text, path: 'x' })).toThrow(expect.objectContaining({ code: 'address-refused' }))
})

it('says nothing but the address and a range', async () => {
  const asked = vi.fn<typeof fetch>(() => Promise.resolve(new Response('x')))
  vi.stubGlobal('fetch', asked)
  const { signal } = new AbortController()
  await reach({ folder: FOLDER, path: 'a.bin', range: { start: 5, end: 9 } }, 'weights', signal)
  await reach({ folder: FOLDER, path: 'tree', query: 'recursive=true' }, 'hub', signal)
  const options = {
    signal,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'follow',
    referrerPolicy: 'no-referrer',
  }
  expect(asked.mock.calls).toEqual([
    [`${FOLDER}a.bin`, { ...options, headers: { Range: 'bytes=5-8' } }],
    [`${FOLDER}tree?recursive=true`, options],
  ])
})
