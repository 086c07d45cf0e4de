import { createStore, type UseStore } from 'idb-keyval'
import { AppError } from '../shared/errors'
import { inTime } from './storage-error'

/**
 * A store of `idb-keyval` in a database of its own, whose opening is not waited for endlessly.
 *
 * @returns rejects with `storage-silent` while the database does not open
 */
export function openStore(database: string, name: string): UseStore {
  const store = createStore(database, name)
  let opened: (() => Promise<unknown>) | undefined
  return async (mode, use) => {
    // The shortest transaction there is: what it is for is to open the database.
    opened ??= inTime(store('readonly', () => undefined))
    await opened().catch((error: unknown) => {
      // One that has failed is opened anew; one that is late may still open.
      if (!(error instanceof AppError)) opened = undefined
      throw error
    })
    return await store(mode, use)
  }
}
