/** Deletes a database of this site. Resolves when it is gone; where another tab keeps it open, when that lets it go. */
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

/** Deletes a cache of this site. */
export async function dropCache(name: string): Promise<void> {
  await caches.delete(name)
}

/** What lies in a cache, in bytes. */
export async function cacheBytes(name: string): Promise<number> {
  if (!(await caches.has(name))) return 0
  const cache = await caches.open(name)
  const responses = await Promise.all((await cache.keys()).map((request) => cache.match(request)))
  const sizes = await Promise.all(responses.map(async (response) => (await response?.blob())?.size ?? 0))
  return sizes.reduce((sum, size) => sum + size, 0)
}
