import { airGapped, isAirGapped } from '../platform/air-gap'
import { fetchVerified, verified } from '../platform/fetch-verified'
import { toAppError, type AppError } from '../shared/errors'
import { storedAs } from '../shared/site-worker'

/** A file of the site, as the build lists it. */
export interface SiteFile {
  /** Relative to the folder of the site. */
  readonly url: string
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly revision: string
}

interface Place {
  readonly url: string
  readonly hash: string
  /** What it is stored under: two versions of a file lie side by side until the newer one serves the site. */
  readonly key: string
}

/**
 * Files of one version of the site, in a cache of the browser. Nothing counts before its bytes have the hash that the build
 * has noted: what the network answers may be a page of a captive portal, and what was stored may be damaged since.
 */
export class SiteFiles {
  readonly #places: ReadonlyMap<string, Place>
  readonly #cacheName: string
  #checking: Promise<void> | undefined

  /** @param site the address of the site's folder, with a slash at its end */
  constructor(files: readonly SiteFile[], site: string, cacheName: string) {
    this.#cacheName = cacheName
    this.#places = new Map(
      files.map(({ url, revision }) => {
        const address = new URL(url, site).href
        return [address, { url: address, hash: revision, key: storedAs(address, revision) }]
      }),
    )
  }

  /** Whether this version has a file at an address. */
  has(url: string): boolean {
    return this.#places.has(url)
  }

  /**
   * Stores every file that is not there, or not as it should be. One after the other: it must not compete with the page.
   *
   * @throws {AppError} `air-gapped`, or as `fetchVerified` does, at the first file that cannot be had; those before it stay stored
   * @throws {DOMException} `QuotaExceededError` where there is no room; what this call had stored is dropped, because a
   *   part of a site opens nothing, and the chats need the room
   */
  async store(): Promise<void> {
    if (await isAirGapped()) throw airGapped()
    const cache = await caches.open(this.#cacheName)
    const added: string[] = []
    try {
      for (const place of this.#places.values()) if (await put(cache, place)) added.push(place.key)
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError')
        for (const key of added) await cache.delete(key)
      throw error
    }
  }

  /**
   * Makes good what was damaged or lost since it was stored, as far as the network has it. Does so once in the life of the
   * service worker, and again after an attempt that left something.
   */
  check(): Promise<void> {
    this.#checking ??= this.#mend().catch(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #mend(): Promise<void> {
    if (await isAirGapped()) throw airGapped()
    const cache = await caches.open(this.#cacheName)
    let failure: AppError | undefined
    for (const place of this.#places.values())
      try {
        await put(cache, place)
      } catch (error) {
        failure = toAppError(error)
        // Without a network the others fail as well.
        if (failure.code === 'network') break
      }
    if (failure) throw failure
  }

  /**
   * A file of this version: as it is stored, else from the network, and then it is stored again.
   *
   * @throws {AppError} as `fetchVerified` does; `air-gapped`
   */
  async read(url: string): Promise<{ readonly response: Response; readonly wasStored: boolean }> {
    const place = this.#places.get(url)
    if (!place) throw new TypeError(`${url} is no file of this version.`)
    // Where the browser cannot open its storage, the network may still do.
    const cache = await caches.open(this.#cacheName).catch(() => undefined)
    const stored = cache && (await kept(cache, place))
    if (stored) return { response: stored, wasStored: true }
    if (await isAirGapped()) throw airGapped()
    const response = await fetchVerified(place.url, place.hash)
    // A full disk costs the next visit its file, and this one nothing.
    await cache?.put(place.key, response.clone()).catch(() => undefined)
    return { response, wasStored: false }
  }

  /** Drops what belongs to other versions. */
  async dropOthers(): Promise<void> {
    const cache = await caches.open(this.#cacheName)
    const keys = new Set([...this.#places.values()].map(({ key }) => key))
    for (const request of await cache.keys()) if (!keys.has(request.url)) await cache.delete(request)
  }
}

/** The stored file, if it is as it was built. A disk that cannot give the bytes back has not got them. */
async function kept(cache: Cache, { key, hash }: Place): Promise<Response | undefined> {
  try {
    const response = await cache.match(key)
    return response && (await verified(response, hash))
  } catch {
    return undefined
  }
}

/** Stores a file, unless it is there; whether it did. */
async function put(cache: Cache, place: Place): Promise<boolean> {
  if (await kept(cache, place)) return false
  await cache.put(place.key, await fetchVerified(place.url, place.hash))
  return true
}
