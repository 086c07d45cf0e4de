import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Hub, REPOSITORY, REVISION } from '../../test/fixtures/hub'
import { sha256 } from '../platform/sha256'
import { filePart, repositoryContents } from './gguf-files'

const NANO = readFileSync('public/models/nano/nano.gguf')
const FILES = {
  'nano.Q8_0.gguf': NANO,
  'parts/a b+1.gguf': NANO.subarray(0, 100),
  'README.md': Buffer.from('# a model'),
}
const NEVER = new AbortController().signal

const opened: Hub[] = []
afterEach(async () => {
  vi.unstubAllGlobals()
  await Promise.allSettled(opened.splice(0).map((hub) => hub.close()))
})

async function openHub(
  layout?: Parameters<typeof Hub.open>[1],
  files: Readonly<Record<string, Uint8Array>> = FILES,
): Promise<Hub> {
  const hub = await Hub.open(files, layout)
  opened.push(hub)
  return hub
}

const requestOf = (...hubs: readonly Hub[]) => ({
  repository: REPOSITORY,
  revision: 'main',
  hubs: hubs.map(({ address }) => address),
})
const partOf = (hub: Hub, start: number, end: number, path = 'nano.Q8_0.gguf') =>
  filePart({ ...requestOf(hub), revision: REVISION, path, start, end }, NEVER)

describe('repositoryContents', () => {
  it.each([['huggingface'], ['modelscope']] as const)('lists GGUF files with their hashes: %s', async (layout) => {
    const hub = await openHub(layout)
    const contents = await repositoryContents(requestOf(hub), NEVER)
    expect(contents).toEqual({
      repository: REPOSITORY,
      revision: layout === 'huggingface' ? REVISION : 'main',
      hasMlc: false,
      ggufs: [
        { path: 'nano.Q8_0.gguf', bytes: NANO.length, sha256: await sha256(new Uint8Array(NANO).buffer) },
        { path: 'parts/a b+1.gguf', bytes: 100, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ],
    })
    expect(hub.served).toEqual([])
  })

  it('knows weights in WebLLM’s format', async () => {
    const hub = await openHub('huggingface', { ...FILES, 'mlc-chat-config.json': Buffer.from('{}') })
    expect(await repositoryContents(requestOf(hub), NEVER)).toMatchObject({ hasMlc: true })
  })

  it.each([
    [404, 'repository-missing', { status: 404 }],
    [401, 'repository-missing', { status: 401 }],
    [429, 'server-busy', { status: 429 }],
  ])('tells what an answer with status %i means', async (status, code, details) => {
    const hub = await openHub()
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('Sorry', { status })))
    await expect(repositoryContents(requestOf(hub), NEVER)).rejects.toMatchObject({ code, details })
  })
})

describe('filePart', () => {
  it('fetches a part, and no more than that', async () => {
    const hub = await openHub()
    const part = await partOf(hub, 1000, 3000)
    expect(Buffer.from(await part.arrayBuffer()).equals(NANO.subarray(1000, 3000))).toBe(true)
    expect(hub.served).toMatchObject([{ path: 'nano.Q8_0.gguf', start: 1000, partial: true, status: 206 }])
    // A name that an address must encode.
    expect((await partOf(hub, 0, 100, 'parts/a b+1.gguf')).size).toBe(100)
  })

  it('takes the beginning where a server knows no ranges, and does not wait for the rest', async () => {
    const hub = await openHub()
    hub.misbehave({ kind: 'no-range' })
    const part = await partOf(hub, 500, 700)
    expect(Buffer.from(await part.arrayBuffer()).equals(NANO.subarray(500, 700))).toBe(true)
  })

  it.each([
    ['cut', { kind: 'cut' }, 'network', {}],
    ['the page of a network that wants a login', { kind: 'html' }, 'network', {}],
    ['a file that is gone', { kind: 'status', status: 404 }, 'repository-unusable', { problem: 'file-missing' }],
    ['terms to accept', { kind: 'status', status: 403 }, 'repository-missing', { gated: true, status: 403 }],
    ['no account', { kind: 'status', status: 401 }, 'repository-missing', { gated: true, status: 401 }],
    ['too many requests', { kind: 'status', status: 429 }, 'server-busy', { status: 429 }],
  ] as const)('says what is the matter: %s', async (_, fault, code, details) => {
    const hub = await openHub()
    hub.misbehave(fault)
    await expect(partOf(hub, 0, 2000)).rejects.toMatchObject({ code, details })
  })

  it('asks the next hub', async () => {
    const [bad, good] = [await openHub(), await openHub()]
    bad.misbehave({ kind: 'status', status: 500 })
    const request = { ...requestOf(bad, good), revision: REVISION, path: 'nano.Q8_0.gguf', start: 0, end: 10 }
    expect((await filePart(request, NEVER)).size).toBe(10)
  })
})
