import { get, set, type UseStore } from 'idb-keyval'
import { openStore } from '../platform/open-store'
import { isFolder } from '../platform/reach'
import { storageErrors } from '../platform/storage-error'
import { AppError } from '../shared/errors'

/** The longest address that can be allowed, in bytes: a person has to read it. */
const LONGEST = 256

/**
 * The folders on servers that may be asked: those of the build, those of the site itself, and those that a person has
 * allowed by their whole address. The list is kept in a database of the weights worker.
 */
export class AllowedPlaces {
  readonly #known: ReadonlySet<string>
  readonly #site: string
  readonly #store: UseStore

  /**
   * @param known addresses of the build's hubs
   * @param site the origin of the site
   */
  constructor(known: readonly string[], site: string, database = 'thinktab-places') {
    this.#known = new Set(known)
    this.#site = site
    this.#store = openStore(database, 'allowed')
  }

  /** Somebody has read this address and wants it to be asked. @throws {AppError} `address-refused`, `storage-…` */
  async allow(address: string): Promise<void> {
    requireAddress(address)
    await storageErrors(() => set(address, Date.now(), this.#store))
  }

  /**
   * @throws {AppError} `address-refused` where it is no address of a folder, `place-unconfirmed` where nobody has
   *   allowed it, or `storage-unavailable`
   */
  async require(address: string): Promise<void> {
    requireAddress(address)
    if (this.#known.has(address) || new URL(address).origin === this.#site) return
    if ((await storageErrors(() => get<number>(address, this.#store))) !== undefined) return
    throw new AppError('place-unconfirmed', `Nobody has allowed ${address} to be asked.`, {
      retry: 'now',
      details: { file: address },
    })
  }
}

function requireAddress(address: string): void {
  if (address.length <= LONGEST && isFolder(address)) return
  throw new AppError('address-refused', 'An address that is none of a folder was not asked.', {
    retry: 'never',
    details: { file: address.slice(0, LONGEST) },
  })
}
