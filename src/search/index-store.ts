import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { BytesSeal } from '../vault/bytes-seal'
import type { StoredShard } from './message-index'

interface IndexSchema extends DBSchema {
  shards: { key: number; value: StoredShard & { readonly version: number } }
}

/** The database of the index. All in it can be made again from the conversations. */
export const SEARCH_DATABASE = 'thinktab-search'

/** Changes when terms or entries are made in another way: data of an earlier version is not used. */
const INDEX_VERSION = 2

/** The parts of the index in IndexedDB, by number. */
export class IndexStore {
  readonly #seal: BytesSeal | undefined
  readonly #name: string
  #database: Promise<IDBPDatabase<IndexSchema>> | undefined

  /** @param seal encrypts the parts; without one they are in plain words */
  constructor(name = SEARCH_DATABASE, seal?: BytesSeal) {
    this.#seal = seal
    this.#name = name
  }

  /** Numbers of the shards of this version. */
  async numbers(): Promise<number[]> {
    return await (await this.#open()).getAllKeys('shards')
  }

  /** Undefined if it is missing, or of another version. @throws if it cannot be decrypted */
  async get(number: number): Promise<StoredShard | undefined> {
    const found = await (await this.#open()).get('shards', number)
    if (found?.version !== INDEX_VERSION) return undefined
    if (!this.#seal) return found
    const sealed = new Uint8Array(await found.data.arrayBuffer())
    return { data: new Blob([String(await this.#seal.open(placeOf(number), sealed))]) }
  }

  async put(number: number, shard: StoredShard): Promise<void> {
    const data = this.#seal ? new Blob([await this.#seal.close(placeOf(number), await shard.data.text())]) : shard.data
    await (await this.#open()).put('shards', { data, version: INDEX_VERSION }, number)
  }

  /** Deletes shards from this number on. */
  async truncate(count: number): Promise<void> {
    await (await this.#open()).delete('shards', IDBKeyRange.lowerBound(count))
  }

  #open(): Promise<IDBPDatabase<IndexSchema>> {
    const forget = () => (this.#database = undefined)
    this.#database ??= openDB<IndexSchema>(this.#name, 1, {
      upgrade(db) {
        db.createObjectStore('shards')
      },
      // Somebody wants to delete the database: the index in memory continues, and is stored again.
      blocking(_current, _next, event) {
        ;(event.target as IDBDatabase).close()
        forget()
      },
      terminated: forget,
    })
    this.#database.catch(forget)
    return this.#database
  }
}

const placeOf = (number: number) => JSON.stringify(['shards', number])
