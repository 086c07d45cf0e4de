import { describe, expect, it } from 'vitest'
import { readDownload, readFileRequest, readRepositoryRequest } from './requests'

const refused = expect.objectContaining({ code: 'address-refused' }) as Error
const hub = { url: 'https://huggingface.co/', layout: 'huggingface' } as const
const repository = { repository: 'owner/name', revision: 'main' }
const asked = { ...repository, hubs: [hub] }
const artifact = { path: 'a.gguf', bytes: 7, sha256: 'a'.repeat(64), role: 'gguf' } as const
const TEXT = 'everything that was said'

describe('a repository', () => {
  it.each(['main', 'v1.0', 'refs%2Fpr%2F1', '0123456789abcdef0123456789abcdef01234567'])(
    'at %j is read',
    (revision) => {
      expect(readRepositoryRequest({ ...asked, revision })).toEqual({ ...asked, revision })
    },
  )

  it.each([
    ['a repository that is none', { repository: 'owner' }],
    ['a repository with a text', { repository: `owner/${TEXT}` }],
    ['a long repository', { repository: `owner/${'x'.repeat(128)}` }],
    ['a repository that leaves its hub', { repository: '../..' }],
    ['a revision with a query', { revision: `main?${TEXT}` }],
    ['a revision that leaves its folder', { revision: '..' }],
    ['a revision with a slash', { revision: 'a/b' }],
    ['a revision that hides one', { revision: 'a%2F..%2F..' }],
    ['a revision that hides a query', { revision: 'main%3Fx' }],
    ['a long revision', { revision: 'x'.repeat(65) }],
    ['a hub of another kind', { hubs: [{ url: hub.url, layout: 'own' }] }],
    ['an address in place of a hub', { hubs: ['https://evil.example/'] }],
    ['a field of its own', { headers: { 'X-Text': TEXT } }],
  ])('is refused with %s', (_what, wrong) => {
    expect(() => readRepositoryRequest({ ...asked, ...wrong })).toThrow(refused)
  })
})

it('reads a part of a file, and refuses a path or a range that is none', () => {
  const part = { ...asked, path: 'a b.gguf', start: 0, end: 9 }
  expect(readFileRequest(part)).toEqual(part)
  for (const wrong of [{ path: '../a.gguf' }, { path: `a?${TEXT}` }, { start: 9 }, { end: -1 }, { end: 0.5 }])
    expect(() => readFileRequest({ ...part, ...wrong })).toThrow(refused)
})

describe('a download', () => {
  const places = { weights: [{ hub, ...repository }, 'http://127.0.0.1:4173/models/'], kernels: [], inOrder: true }
  const download = { artifacts: [artifact, { ...artifact, from: 'a%20b.gguf' }], places }

  it('is read', () => {
    expect(readDownload(download)).toEqual(download)
  })

  it.each([
    { path: 'https://evil.example/x' },
    { path: '//evil.example/x' },
    { path: '/absolute' },
    { path: '../../x' },
    { path: '..\\x' },
    { from: '%2e%2e/x' },
    { from: `x?${TEXT}` },
    { sha256: TEXT },
    { role: 'other' },
    { bytes: -1 },
    { extra: TEXT },
  ])('is refused as a whole where one artifact has %j', (wrong) => {
    expect(() => readDownload({ ...download, artifacts: [artifact, { ...artifact, ...wrong }] })).toThrow(refused)
  })

  it('is refused with a place that is none', () => {
    for (const place of [{ hub, ...repository, revision: '..' }, { hub: hub.url, ...repository }, 7])
      expect(() => readDownload({ ...download, places: { ...places, weights: [place] } })).toThrow(refused)
  })
})
