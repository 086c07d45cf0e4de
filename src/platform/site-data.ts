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

/** Whether there is a database of this name; it is not made by asking. */
export async function hasDatabase(name: string): Promise<boolean> {
  return (await indexedDB.databases()).some((one) => one.name === name)
}

/** Small databases that are made and deleted. Two are enough where nothing else is being read or written. */
const SWEEPS = Array.from({ length: 8 }, (_, at) => `thinktab-sweep-${String(at)}`)
/** What somebody reads at that moment is not dropped: so the later ones are deleted after a pause, in ms. */
const SWEEP_PAUSE_MS = 250

/**
 * Deletes databases so that what they held is not left in the browser's files. Chromium keeps all databases of a site in
 * one LevelDB, where a deleted value stays until its file is compacted. It compacts the range of a database that is deleted,
 * but not the file into which the values are flushed at that moment. The deletion of small databases, made beforehand and so
 * in the same file, has it compact that file, too (measured in Chromium 156; docs/decisions/0033-vault.md).
 */
export async function wipeDatabases(names: readonly string[]): Promise<void> {
  for (const sweep of SWEEPS) {
    const database = await openDB(sweep, 1, { upgrade: (db) => void db.createObjectStore('sweep') })
    await database.put('sweep', 1, 1)
    database.close()
  }
  for (const name of names) await dropDatabase(name)
  for (const [at, sweep] of SWEEPS.entries()) {
    if (at > 2) await new Promise((resolve) => setTimeout(resolve, SWEEP_PAUSE_MS))
    await dropDatabase(sweep)
  }
}

/**
 * The size of a database's records, in bytes: texts in UTF-8, Blobs by their size. The browser does not tell how many
 * bytes it adds, or saves by compression.
 *
 * @throws the signal's reason when aborted; the error of IndexedDB
 */
export async function databaseBytes(name: string, signal: AbortSignal): Promise<number> {
  // Opening a database that is not there would make it.
  if (!(await hasDatabase(name))) return 0
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
