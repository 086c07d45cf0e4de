import 'fake-indexeddb/auto'
import { expect, vi } from 'vitest'
import { Hub } from '../../test/fixtures/hub'
import type { Artifact } from '../models/manifest'
import { sha256 } from '../platform/sha256'
import type { Tuning } from './artifact-download'
import { IdbWeightsStore } from './idb-weights-store'
import { ArtifactFetcher } from './artifact-fetcher'
import { ArtifactStore } from './artifact-store'
import type { FetchOptions } from './weights'

const KIBIBYTE = 1024
export const PIECE = 32 * KIBIBYTE
export const TUNING = { pieceBytes: PIECE, blockBytes: 8 * KIBIBYTE, connections: 3, backoffMs: 2 }

/** Weights of ten pieces, no two of which are the same, and a small file. */
const LARGE = Uint8Array.from({ length: 9 * PIECE + 77 }, (_, index) => (index * 2654435761) >>> 13)
const SMALL = new TextEncoder().encode('{"a": "small file"}')
export const FILES = { 'shard.bin': LARGE, 'config.json': SMALL }

export async function artifactOf(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Artifact> {
  return { path, bytes: bytes.length, sha256: await sha256(bytes.buffer), role: 'shard' }
}

export const SHARD = await artifactOf('shard.bin', LARGE)
export const CONFIG = await artifactOf('config.json', SMALL)
export const MODEL: readonly Artifact[] = [SHARD, CONFIG]
export const TOTAL = SHARD.bytes + CONFIG.bytes

/** Options of a call that nobody watches or stops. */
export const quietly = (): FetchOptions => ({ signal: new AbortController().signal, onProgress: () => undefined })

let databases = 0

/** A page's store (over IndexedDB in memory), and two hubs with the same model. */
export class DownloadBench {
  readonly hub: Hub
  readonly mirror: Hub
  store: IdbWeightsStore
  readonly #database = `download-${++databases}`
  /** What lies in the store. */
  readonly artifacts = new ArtifactStore(this.#database)

  private constructor(hub: Hub, mirror: Hub) {
    this.hub = hub
    this.mirror = mirror
    this.store = this.openStore()
  }

  static async open(files: Readonly<Record<string, Uint8Array>> = FILES): Promise<DownloadBench> {
    return new DownloadBench(await Hub.open(files), await Hub.open(files))
  }

  async close(): Promise<void> {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    await Promise.all([this.hub.close(), this.mirror.close()])
  }

  /** The store on the next page. */
  openStore(tuning: Partial<Tuning> = {}): IdbWeightsStore {
    return (this.store = new IdbWeightsStore(
      this.#database,
      new ArtifactFetcher(this.#database, ({ hub }) => hub.url, { ...TUNING, ...tuning }),
    ))
  }

  async ensure(
    { mirrors = [], ...options }: Partial<FetchOptions> & { mirrors?: string[] } = {},
    model = MODEL,
    base = this.hub.base,
  ): Promise<void> {
    const places = { weights: [base, ...mirrors], kernels: [], inOrder: true }
    await this.store.ensure(model, places, { ...quietly(), ...options })
  }

  /** All artifacts are stored, and their bytes are right. */
  async expectComplete(): Promise<void> {
    expect(await this.store.status(MODEL)).toEqual({ haveBytes: TOTAL, missing: [] })
    for (const artifact of MODEL) {
      const blob = await this.store.read(artifact)
      expect(await sha256(await blob.arrayBuffer())).toBe(artifact.sha256)
    }
    expect(await this.store.verify(MODEL, quietly())).toEqual([])
  }

  /** Artifacts may be incomplete, but no damaged byte can be read. */
  async expectNothingDamaged(): Promise<void> {
    const { missing } = await this.store.status(MODEL)
    for (const artifact of missing)
      await expect(this.store.read(artifact)).rejects.toMatchObject({ code: 'artifact-missing' })
    expect(await this.store.verify(MODEL, quietly())).toEqual([])
  }
}

/** Much smaller than a block, like the chunks that a browser hands out. */
const CHUNK = 256

/** Counts the bytes of bodies that the page reads, and hands them out in small chunks. */
export function countFetched(): { bytes: number } {
  const count = { bytes: 0 }
  const original = fetch
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const response = await original(url, init)
    const reader = response.body?.getReader()
    let left = new Uint8Array()
    const counted = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          init.signal?.throwIfAborted()
          if (left.length === 0) left = (await reader?.read())?.value ?? left
          if (left.length === 0) controller.close()
          else controller.enqueue(left.subarray(0, CHUNK))
          count.bytes += Math.min(left.length, CHUNK)
          left = left.subarray(CHUNK)
        },
      },
      { highWaterMark: 0 },
    )
    return new Response(counted, response)
  })
  return count
}

/** Lets IndexedDB refuse to store a value when `failure` gives a reason. */
export function failPuts(failure: () => DOMException | undefined): void {
  const prototype = IDBObjectStore.prototype
  const put = Object.getOwnPropertyDescriptor(prototype, 'put')?.value as IDBObjectStore['put']
  vi.spyOn(prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    const reason = failure()
    if (reason) throw reason
    return put.call(this, value, key)
  })
}
