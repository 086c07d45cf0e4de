import { storedAs } from '../shared/site-worker'
import { sha256 } from './sha256'

/**
 * A file of the site as the service worker has stored it. Nothing is fetched.
 *
 * @param file its path in the folder of the site
 * @param hash of the version, in hexadecimal
 * @returns its SHA-256; undefined where it is not stored
 */
export async function storedHash(file: string, hash: string): Promise<string | undefined> {
  try {
    const stored = await caches.match(storedAs(new URL(file, document.baseURI).href, hash))
    return stored && (await sha256(await stored.arrayBuffer()))
  } catch {
    return undefined // storage that cannot be read has not got it
  }
}
