import { describe, expect, it } from 'vitest'
import type { Artifact } from '../../models/manifest'
import { sha256 } from '../../platform/sha256'
import { verifiedBytes } from '../verified-bytes'
import { ArtifactCacheStorage, type ReadFile } from './cache-storage'

/** A Blob that counts how often its bytes are read. */
class CountingBlob extends Blob {
  reads = 0

  override arrayBuffer(): Promise<ArrayBuffer> {
    this.reads += 1
    return super.arrayBuffer()
  }
}

const FOLDER = 'https://model.invalid/nano/resolve/main/'
const URL_ = `${FOLDER}x.bin`

/** @param files path -> the bytes that it should have, and its real bytes */
async function storageOf(files: Readonly<Record<string, readonly [text: string, stored: string]>>) {
  const blobs: Record<string, CountingBlob> = {}
  const stored = new Map<string, ReadFile>()
  for (const [path, [text, there]] of Object.entries(files)) {
    const bytes = new TextEncoder().encode(text)
    const artifact: Artifact = { path, bytes: bytes.length, sha256: await sha256(bytes.buffer), role: 'shard' }
    const blob = (blobs[path] = new CountingBlob([there]))
    stored.set(FOLDER + path, () => verifiedBytes(artifact, blob))
  }
  return { blobs, storage: new ArtifactCacheStorage(stored, false) }
}

async function storageOfOne(text: string, there = text) {
  const { blobs, storage } = await storageOf({ 'x.bin': [text, there] })
  return { blob: blobs['x.bin'] ?? new CountingBlob(), storage }
}

describe('ArtifactCacheStorage', () => {
  it('answers by URL and by Request, and reads nothing before the body is read', async () => {
    const { blob, storage } = await storageOfOne('weights')
    const cache = await storage.open()
    await cache.match(URL_)
    const response = await cache.match(new Request(URL_))
    expect(blob.reads).toBe(0)
    expect(await response?.text()).toBe('weights')
    expect(blob.reads).toBe(1)
    expect((await cache.keys()).map((request) => request.url)).toEqual([URL_])
  })

  it('hands out no damaged byte, and says which artifact it was', async () => {
    const { storage } = await storageOfOne('weights', 'weighty')
    const response = await storage.match(URL_)
    await expect(response?.arrayBuffer()).rejects.toThrow()
    expect(storage.damage).toMatchObject({ code: 'artifact-damaged', details: { file: 'x.bin' } })
  })

  it('takes bytes that the browser cannot read any more for damaged', async () => {
    const { blob, storage } = await storageOfOne('weights')
    blob.arrayBuffer = () => Promise.reject(new DOMException('lost', 'NotReadableError'))
    await expect((await storage.match(URL_))?.arrayBuffer()).rejects.toThrow()
    expect(storage.damage).toMatchObject({ code: 'artifact-damaged', details: { file: 'x.bin' } })
  })

  it('reads the next two shards of the index ahead, and each once', async () => {
    const shards = ['2.bin', '10.bin', '1.bin', '0.bin']
    const index = JSON.stringify({ records: shards.map((dataPath) => ({ dataPath, nbytes: 0, records: [] })) })
    const { blobs, storage } = await storageOf({
      'tensor-cache.json': [index, index],
      '0.bin': ['d', 'd'],
      '1.bin': ['c', 'c'],
      '2.bin': ['a', 'a'],
      '10.bin': ['b', 'damaged'],
    })
    const text = async (path: string) => (await storage.match(FOLDER + path))?.text()
    const reads = () => shards.map((path) => blobs[path]?.reads)
    expect(await text('tensor-cache.json')).toBe(index)
    expect(reads()).toEqual([0, 0, 0, 0])
    expect(await text('2.bin')).toBe('a')
    expect(reads()).toEqual([1, 1, 1, 0])
    await expect(text('10.bin')).rejects.toThrow('damaged')
    expect(await text('1.bin')).toBe('c')
    expect(reads()).toEqual([1, 1, 1, 1])
    expect(await text('0.bin')).toBe('d')
    expect(reads()).toEqual([1, 1, 1, 1])
  })

  it('has no other file, and fetches none', async () => {
    const { storage } = await storageOfOne('weights')
    expect(await storage.match('https://model.invalid/other')).toBeUndefined()
    await expect(storage.add('https://model.invalid/other')).rejects.toThrow('no file')
  })
})
