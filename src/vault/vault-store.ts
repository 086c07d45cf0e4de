import { clear, del, entries, get, set, type UseStore } from 'idb-keyval'
import * as v from 'valibot'
import { openStore } from '../platform/open-store'
import { storageErrors } from '../platform/storage-error'

const bytes = v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array)
const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const headerSchema = v.object({
  version: v.literal(1),
  /** Random: a wrapped key belongs to this vault alone. */
  id: v.string(),
  /** `sealing`: records are on their way into the vault, `opening`: out of it. Until they have arrived, the old ones hold. */
  state: v.picklist(['sealing', 'sealed', 'opening']),
  passphrase: v.object({
    salt: bytes,
    cost: v.object({ memoryKiB: count, passes: count }),
    wrapped: bytes,
  }),
  recovery: v.object({ wrapped: bytes }),
})

/** What a vault keeps beside its records: how its key is wrapped, and how far a conversion is. */
export type VaultHeader = v.InferOutput<typeof headerSchema>

/** The place up to which records were converted. */
export interface Mark {
  readonly kind: string
  readonly key: IDBValidKey
}

/** Passphrases that were wrong, one after the other. */
export interface Failures {
  readonly count: number
  /** Of the last one; ms since the epoch. */
  readonly at: number
}

const SETTING = 'setting/'

/** The vault's own database. */
export class VaultStore {
  readonly #store: UseStore

  /** @param database its name */
  constructor(database = 'thinktab-vault') {
    this.#store = openStore(database, 'vault')
  }

  /** Undefined if there is no vault. @throws {AppError} as all methods do; `storage-newer` for one of a later version */
  async header(): Promise<VaultHeader | undefined> {
    return await this.#run(async () => {
      const found = await get<unknown>('header', this.#store)
      return found === undefined ? undefined : v.parse(headerSchema, found)
    })
  }

  async setHeader(header: VaultHeader): Promise<void> {
    await this.#run(() => set('header', header, this.#store))
  }

  async mark(): Promise<Mark | undefined> {
    return await this.#run(() => get<Mark>('mark', this.#store))
  }

  async setMark(mark: Mark | undefined): Promise<void> {
    await this.#run(() => (mark ? set('mark', mark, this.#store) : del('mark', this.#store)))
  }

  async failures(): Promise<Failures | undefined> {
    return await this.#run(() => get<Failures>('failures', this.#store))
  }

  async setFailures(failures: Failures | undefined): Promise<void> {
    await this.#run(() => (failures ? set('failures', failures, this.#store) : del('failures', this.#store)))
  }

  /** Settings with words, encrypted, by their names. */
  async settings(): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const all = await this.#run(() => entries<string, unknown>(this.#store))
    return new Map(
      all.flatMap(([key, value]) =>
        key.startsWith(SETTING) && value instanceof Uint8Array
          ? [[key.slice(SETTING.length), value as Uint8Array<ArrayBuffer>] as const]
          : [],
      ),
    )
  }

  async setSetting(name: string, sealed: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    await this.#run(() => (sealed ? set(SETTING + name, sealed, this.#store) : del(SETTING + name, this.#store)))
  }

  /** There is no vault any more. */
  async clear(): Promise<void> {
    await this.#run(() => clear(this.#store))
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    return await storageErrors(operation)
  }
}
