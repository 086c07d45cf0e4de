import { storedAs } from '../shared/site-worker'
import { fetchSite } from './fetch-site'
import { fetchVerified, verified } from './fetch-verified'

/** A file of this site, and what it must be. */
export interface OwnFile {
  /** Absolute. Names change with the bytes. */
  readonly url: string
  /** SHA-256 in hexadecimal; unknown where nothing was built. */
  readonly hash: string | undefined
}

/**
 * A file of this site, kept in a cache with the others that belong to it, so that the service worker has them without a
 * network. What has other bytes than it was built with is neither kept nor returned, and fetched anew. What else was in the
 * cache is of another version, and is dropped. Where there is no cache nothing is kept.
 *
 * @returns the bytes of the first one
 * @throws {AppError} `network`, `artifact-missing` or `artifact-damaged`
 */
export async function keptFile(
  cacheName: string,
  ...files: readonly [wanted: OwnFile, ...others: OwnFile[]]
): Promise<Blob> {
  const cache = await openCache(cacheName).catch(() => undefined)
  const load = async (file: OwnFile) => {
    const kept = await cache?.match(keyOf(file)).catch(() => undefined)
    const good = kept && (await whole(kept, file.hash).catch(() => undefined))
    if (good) return good
    const response = await (file.hash === undefined
      ? fetchSite(file.url, 'default')
      : fetchVerified(file.url, file.hash))
    // A full disk costs the next visit its file, and this one nothing.
    await cache?.put(keyOf(file), response.clone()).catch(() => undefined)
    return response
  }
  const [wanted, ...others] = files
  // The others are fetched here for the cache, and so that what the browser starts from its own cache is right.
  const [first] = await Promise.all([load(wanted), ...others.map(load)])
  const keys = files.map(keyOf)
  for (const request of (await cache?.keys()) ?? []) if (!keys.includes(request.url)) await cache?.delete(request)
  return await first.blob()
}

/** Not there at all in insecure contexts; refused, later or at once, where the site may store nothing. */
async function openCache(name: string): Promise<Cache | undefined> {
  return await (globalThis.caches as CacheStorage | undefined)?.open(name)
}

const keyOf = ({ url, hash }: OwnFile) => (hash === undefined ? url : storedAs(url, hash))

const whole = async (response: Response, hash: string | undefined) =>
  hash === undefined ? response : await verified(response, hash)
