import { describe, expect, it } from 'vitest'
import type { Artifact } from '../../models/manifest'
import { sha256 } from '../../platform/sha256'
import { ArtifactCacheStorage } from './cache-storage'

const URL_ = 'https://model.invalid/nano/resolve/main/x.bin'

/** A Blob that counts how often its bytes are read. */
class CountingBlob extends Blob {
  reads = 0

  override arrayBuffer(): Promise<ArrayBuffer> {
    this.reads += 1
    return super.arrayBuffer()
  }
}

async function storageOf(text: string, stored = text) {
  const bytes = new TextEncoder().encode(text)
  const artifact: Artifact = { path: 'x.bin', bytes: bytes.length, sha256: await sha256(bytes.buffer), role: 'shard' }
  const blob = new CountingBlob([stored])
  return { blob, storage: new ArtifactCacheStorage(new Map([[URL_, { artifact, blob }]])) }
}

describe('ArtifactCacheStorage', () => {
  it('answers by URL and by Request, and reads nothing before the body is read', async () => {
    const { blob, storage } = await storageOf('weights')
    const cache = await storage.open()
    await cache.match(URL_)
    const response = await cache.match(new Request(URL_))
    expect(blob.reads).toBe(0)
    expect(await response?.text()).toBe('weights')
    expect(blob.reads).toBe(1)
    expect((await cache.keys()).map((request) => request.url)).toEqual([URL_])
  })

  it('hands out no damaged byte, and says which artifact it was', async () => {
    const { storage } = await storageOf('weights', 'weighty')
    const response = await storage.match(URL_)
    await expect(response?.arrayBuffer()).rejects.toThrow()
    expect(storage.damage).toMatchObject({ code: 'artifact-damaged', details: { file: 'x.bin' } })
  })

  it('takes bytes that the browser cannot read any more for damaged', async () => {
    const { blob, storage } = await storageOf('weights')
    blob.arrayBuffer = () => Promise.reject(new DOMException('lost', 'NotReadableError'))
    await expect((await storage.match(URL_))?.arrayBuffer()).rejects.toThrow()
    expect(storage.damage).toMatchObject({ code: 'artifact-damaged', details: { file: 'x.bin' } })
  })

  it('has no other file, and fetches none', async () => {
    const { storage } = await storageOf('weights')
    expect(await storage.match('https://model.invalid/other')).toBeUndefined()
    await expect(storage.add('https://model.invalid/other')).rejects.toThrow('no file')
  })
})
