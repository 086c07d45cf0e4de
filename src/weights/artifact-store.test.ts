import 'fake-indexeddb/auto'
import { createStore, set } from 'idb-keyval'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ArtifactStore } from './artifact-store'

const HASH = 'a'.repeat(64)
const block = (text: string) => new Blob([text])

afterEach(() => {
  vi.restoreAllMocks()
})

describe('ArtifactStore', () => {
  it('stores blocks that come while a transaction is under way together, in the next one', async () => {
    const store = new ArtifactStore(crypto.randomUUID())
    await store.contents()
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const first = store.putBlock(HASH, 0, block('ab'))
    await Promise.resolve() // the first is being written
    const others = [store.putBlock(HASH, 2, block('cd')), store.putBlock(HASH, 4, block('e'))]
    await Promise.all([first, ...others])
    expect(begun).toHaveBeenCalledTimes(2)
    expect(await store.blocks(HASH)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 4 },
      { start: 4, end: 5 },
    ])
  })

  it('tells everybody whose block was not stored, and goes on with the next', async () => {
    const store = new ArtifactStore(crypto.randomUUID())
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const together = [store.putBlock(HASH, 0, block('ab')), store.putBlock(HASH, 2, block('cd'))]
    for (const { status, ...rest } of await Promise.allSettled(together)) {
      expect(status).toBe('rejected')
      expect(rest).toMatchObject({ reason: { code: 'storage-full' } })
    }
    await store.putBlock(HASH, 0, block('ab'))
    expect(await store.blocks(HASH)).toEqual([{ start: 0, end: 2 }])
  })

  it.each([5, 'text', {}, [1, 2], [[HASH, 'x', 2]], [null], null])(
    'takes an entry %j for not stored, and forgets it',
    async (entry) => {
      const database = crypto.randomUUID()
      const store = new ArtifactStore(database)
      await store.putWhole(HASH, block('whole'))
      await set(HASH, entry, createStore(database, 'artifacts'))
      expect(await store.open(HASH)).toBeUndefined()
      expect([...(await store.contents()).verified]).toEqual([])
    },
  )
})
