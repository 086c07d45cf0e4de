import type { DBSchema } from 'idb'
import { Database } from '../platform/database'
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
  readonly #database: Database<IndexSchema>

  /** @param seal encrypts the parts; without one they are in plain words */
  constructor(name = SEARCH_DATABASE, seal?: BytesSeal) {
    this.#seal = seal
    this.#database = new Database<IndexSchema>(name, 1, (db) => {
      db.createObjectStore('shards')
    })
  }

  /** Numbers of the shards of this version. */
  async numbers(): Promise<number[]> {
    return await this.#database.use((db) => db.getAllKeys('shards'))
  }

  /** Undefined if it is missing, or of another version. @throws if it cannot be decrypted */
  async get(number: number): Promise<StoredShard | undefined> {
    const found = await this.#database.use((db) => db.get('shards', number))
    if (found?.version !== INDEX_VERSION) return undefined
    if (!this.#seal) return found
    const sealed = new Uint8Array(await found.data.arrayBuffer())
    return { data: new Blob([String(await this.#seal.open(placeOf(number), sealed))]) }
  }

  async put(number: number, shard: StoredShard): Promise<void> {
    const data = this.#seal ? new Blob([await this.#seal.close(placeOf(number), await shard.data.text())]) : shard.data
    await this.#database.use((db) => db.put('shards', { data, version: INDEX_VERSION }, number))
  }

  /** Deletes shards from this number on. */
  async truncate(count: number): Promise<void> {
    await this.#database.use((db) => db.delete('shards', IDBKeyRange.lowerBound(count)))
  }
}

const placeOf = (number: number) => JSON.stringify(['shards', number])
