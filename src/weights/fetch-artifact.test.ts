import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Artifact } from '../models/manifest'
import { sha256 } from '../platform/sha256'
import { fetchArtifact } from './fetch-artifact'

const URL_ = 'https://thinktab.example/models/nano/x.bin'
const encode = (text: string) => new TextEncoder().encode(text)
const ARTIFACT: Artifact = {
  path: 'x.bin',
  bytes: 10,
  sha256: await sha256(encode('0123456789').buffer),
  role: 'shard',
}

/** A body that comes in these pieces, and then ends, breaks or goes on for ever. */
function body(pieces: readonly string[], end: 'ends' | 'breaks' | 'hangs' = 'ends') {
  const left = [...pieces]
  const cancelled = vi.fn()
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const piece = left.shift()
        if (piece !== undefined) controller.enqueue(encode(piece))
        else if (end === 'ends') controller.close()
        else if (end === 'breaks') controller.error(new TypeError('network error'))
        else return new Promise(() => undefined)
        return undefined
      },
      cancel: cancelled,
    },
    { highWaterMark: 0 },
  )
  return { stream, cancelled }
}

/** Answers every fetch, and fails it when its signal is aborted, as browsers do. */
function answer(respond: () => Response) {
  const fetch = vi.fn((_url: string, { signal }: RequestInit) => {
    const response = respond()
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
    })
    aborted.catch(() => undefined)
    const reader = response.body?.getReader()
    const stream =
      reader &&
      new ReadableStream({
        async pull(controller) {
          const part = await Promise.race([reader.read(), aborted])
          if (part.done) controller.close()
          else controller.enqueue(part.value)
        },
        cancel: (reason) => reader.cancel(reason),
      })
    return Promise.resolve(new Response(stream ?? null, { status: response.status }))
  })
  vi.stubGlobal('fetch', fetch)
  return fetch
}

const run = (signal = new AbortController().signal, onBytes: (received: number) => void = () => undefined) =>
  fetchArtifact(ARTIFACT, URL_, signal, onBytes)

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('fetchArtifact', () => {
  it('gives the bytes and tells how many have come, without cookies or a second copy in the HTTP cache', async () => {
    const fetch = answer(() => new Response(body(['0123', '456789']).stream))
    const received: number[] = []
    const blob = await run(undefined, (bytes) => received.push(bytes))
    expect(await blob.text()).toBe('0123456789')
    expect(received).toEqual([4, 10])
    expect(fetch).toHaveBeenCalledExactlyOnceWith(
      URL_,
      expect.objectContaining({ cache: 'no-store', credentials: 'omit' }),
    )
  })

  it('needs no async iteration of streams, which Safari lacks', async () => {
    vi.spyOn(ReadableStream.prototype, Symbol.asyncIterator).mockImplementation(() => {
      throw new TypeError('undefined is not a function')
    })
    answer(() => new Response(body(['0123456789']).stream))
    expect((await run()).size).toBe(10)
  })

  it.each([
    ['other bytes', '0123456780', 10],
    ['too few', '012345678', 9],
    ['none', '', 0],
  ])('refuses %s', async (_, text, bytes) => {
    answer(() => new Response(body([text].filter(Boolean)).stream))
    await expect(run()).rejects.toMatchObject({
      code: 'artifact-damaged',
      retry: 'now',
      details: { file: 'x.bin', bytes, expectedBytes: 10 },
    })
  })

  it('reads no further than the first byte too many', async () => {
    const { stream, cancelled } = body(['01234567', '89a', 'b'], 'hangs')
    answer(() => new Response(stream))
    await expect(run()).rejects.toMatchObject({ code: 'artifact-damaged' })
    expect(cancelled).toHaveBeenCalledOnce()
  })

  it.each([
    [404, 'no'],
    [500, 'oh'],
    [403, '0123456789'],
    [204, null],
  ])('refuses HTTP status %d', async (status, text) => {
    answer(() => new Response(text, { status }))
    await expect(run()).rejects.toMatchObject({ code: 'artifact-missing', details: { file: 'x.bin', status } })
  })

  it.each<readonly [string, () => Response]>([
    [
      'there is no connection',
      () => {
        throw new TypeError('Failed to fetch')
      },
    ],
    ['it breaks on the way', () => new Response(body(['0123'], 'breaks').stream)],
  ])('says so when %s', async (_, respond) => {
    answer(respond)
    await expect(run()).rejects.toMatchObject({ code: 'network', retry: 'now', details: { file: 'x.bin' } })
  })

  it('rejects with the signal’s reason when it is aborted on the way', async () => {
    answer(() => new Response(body(['0123'], 'hangs').stream))
    const controller = new AbortController()
    const reason = new Error('enough')
    const running = run(controller.signal, () => {
      controller.abort(reason)
    })
    await expect(running).rejects.toBe(reason)
  })
})
