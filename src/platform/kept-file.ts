import { fetchSite } from './fetch-site'

/**
 * A file of this site, kept in a cache with the others that belong to it, so that the service worker has them without a
 * network. Their names change with their bytes: what else was in the cache is of an older version, and is dropped. Where
 * there is no cache nothing is kept.
 *
 * @param urls absolute
 * @returns the bytes of the first one
 * @throws {AppError} `network` or `artifact-missing`
 */
export async function keptFile(
  cacheName: string,
  ...urls: readonly [wanted: string, ...others: string[]]
): Promise<Blob> {
  const cache = await openCache(cacheName).catch(() => undefined)
  if (!cache) return await (await fetchSite(urls[0], 'default')).blob()
  const load = async (url: string) => {
    const kept = await cache.match(url)
    if (kept) return kept
    const response = await fetchSite(url, 'default')
    // A full disk costs the next visit its file, and this one nothing.
    await cache.put(url, response.clone()).catch(() => undefined)
    return response
  }
  const [wanted, ...others] = urls
  const [first] = await Promise.all([load(wanted), ...others.map(load)])
  for (const request of await cache.keys()) if (!urls.includes(request.url)) await cache.delete(request)
  return await first.blob()
}

/** Not there at all in insecure contexts; refused, some time or at the first word, where the site may store nothing. */
async function openCache(name: string): Promise<Cache | undefined> {
  return await (globalThis.caches as CacheStorage | undefined)?.open(name)
}
