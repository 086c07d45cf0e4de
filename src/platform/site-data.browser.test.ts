import { openDB } from 'idb'
import { describe, expect, it } from 'vitest'
import { cacheBytes, databaseBytes, dropCache, dropDatabase } from './site-data'

const never = new AbortController().signal
const name = () => `size-${crypto.randomUUID()}`

describe('databaseBytes', () => {
  it('counts the texts and Blobs of every record, however many there are', async () => {
    const database = name()
    const db = await openDB(database, 1, {
      upgrade: (made) => {
        made.createObjectStore('texts')
        made.createObjectStore('blobs')
      },
    })
    for (let at = 0; at < 450; at += 1) await db.put('texts', { text: '猫' }, at)
    await db.put('blobs', { data: new Blob(['x'.repeat(1000)]) }, 1)
    db.close()
    const blob = JSON.stringify({ data: {} }).length
    expect(await databaseBytes(database, never)).toBe(450 * '{"text":"..."}'.length + 1000 + blob)
    await dropDatabase(database)
    expect(await databaseBytes(database, never)).toBe(0)
  })

  it('makes no database that is not there, and ends when nobody waits', async () => {
    const database = name()
    expect(await databaseBytes(database, never)).toBe(0)
    expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(database)
    const db = await openDB(database, 1, { upgrade: (made) => void made.createObjectStore('texts') })
    db.close()
    await expect(databaseBytes(database, AbortSignal.abort())).rejects.toThrow()
  })
})

describe('cacheBytes', () => {
  it('counts what lies in a cache', async () => {
    const cache = name()
    expect(await cacheBytes(cache)).toBe(0)
    await (await caches.open(cache)).put('/a', new Response('12345'))
    expect(await cacheBytes(cache)).toBe(5)
    await dropCache(cache)
    expect(await cacheBytes(cache)).toBe(0)
  })
})
