import { openDB } from 'idb'

/** The number of records read at a time: a few milliseconds. */
const BATCH = 200

/** Deletes a database of this site. Resolves when it is gone; if another tab keeps it open, when that tab closes it. */
export async function dropDatabase(name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name)
    deleting.onsuccess = () => {
      resolve()
    }
    deleting.onerror = () => {
      reject(deleting.error ?? new Error('The database could not be deleted.'))
    }
  })
}

/**
 * The size of a database's records, in bytes: texts in UTF-8, Blobs by their size. The browser does not tell how many
 * bytes it adds, or saves by compression.
 *
 * @throws the signal's reason when aborted; the error of IndexedDB
 */
export async function databaseBytes(name: string, signal: AbortSignal): Promise<number> {
  // Opening a database that is not there would make it.
  if (!(await indexedDB.databases()).some((one) => one.name === name)) return 0
  const database = await openDB(name, undefined, {
    blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
  })
  try {
    let bytes = 0
    for (const storeName of database.objectStoreNames) {
      let range: IDBKeyRange | null = null
      for (;;) {
        signal.throwIfAborted()
        const { store } = database.transaction(storeName)
        const [keys, values] = await Promise.all([store.getAllKeys(range, BATCH), store.getAll(range, BATCH)])
        for (const value of values) bytes += bytesOf(value)
        const last = keys.at(-1)
        if (last === undefined || keys.length < BATCH) break
        range = IDBKeyRange.lowerBound(last, true)
      }
    }
    return bytes
  } finally {
    database.close()
  }
}

const encoder = new TextEncoder()

function bytesOf(record: unknown): number {
  const fields = typeof record === 'object' && record !== null ? Object.values(record) : []
  const blobs = fields.filter((field) => field instanceof Blob).reduce((sum, { size }) => sum + size, 0)
  try {
    return blobs + encoder.encode(JSON.stringify(record)).length
  } catch {
    return blobs // nested too deeply, on purpose
  }
}

/** Names of this site's caches. None where there are no caches. */
export async function cacheNames(): Promise<string[]> {
  return await caches.keys()
}

/** Deletes a cache of this site. */
export async function dropCache(name: string): Promise<void> {
  await caches.delete(name)
}

/** The size of a cache's content, in bytes. */
export async function cacheBytes(name: string): Promise<number> {
  if (!(await caches.has(name))) return 0
  const cache = await caches.open(name)
  const responses = await Promise.all((await cache.keys()).map((request) => cache.match(request)))
  const sizes = await Promise.all(responses.map(async (response) => (await response?.blob())?.size ?? 0))
  return sizes.reduce((sum, size) => sum + size, 0)
}
