import { openDB, type DBSchema, type IDBPDatabase, type OpenDBCallbacks } from 'idb'
import { inTime, storageError } from './storage-error'

type Upgrade<Schema extends DBSchema> = NonNullable<OpenDBCallbacks<Schema>['upgrade']>

/** A database of `idb`, opened when it is first used and again after it was closed for another tab's sake. */
export class Database<Schema extends DBSchema> {
  readonly #name: string
  readonly #version: number
  readonly #upgrade: Upgrade<Schema>
  #opening: (() => Promise<IDBPDatabase<Schema>>) | undefined

  /** @param upgrade makes the stores that an earlier version lacks */
  constructor(name: string, version: number, upgrade: Upgrade<Schema>) {
    this.#name = name
    this.#version = version
    this.#upgrade = upgrade
  }

  /** @throws {AppError} `storage-unavailable`, `storage-silent`, `storage-newer` or `storage-full` */
  async use<T>(action: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await action(await this.#open())
    } catch (error) {
      throw storageError(error)
    }
  }

  /** It opens again at the next use. */
  async close(): Promise<void> {
    const opened = await this.#opening?.()
    this.#opening = undefined
    opened?.close()
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => (this.#opening = undefined)
    if (this.#opening) return this.#opening()
    const opening = openDB<Schema>(this.#name, this.#version, {
      upgrade: this.#upgrade,
      // Another tab wants to upgrade it, or to delete it: step aside, and open again at the next use.
      blocking(_current, _next, event) {
        ;(event.target as IDBDatabase).close()
        forget()
      },
      terminated: forget,
    })
    opening.catch(forget)
    this.#opening = inTime(opening)
    return this.#opening()
  }
}
