import { AppError } from '../shared/errors'

/** Maps an error of IndexedDB to one of the cases that people can act on: no room, data of a newer version, or no storage at all. */
export function storageError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const name = thrown instanceof DOMException ? thrown.name : ''
  // A browser out of disk space aborts the transaction, with the quota error as its reason or as its text.
  if (name === 'QuotaExceededError' || String(thrown).includes('QuotaExceededError'))
    return new AppError('storage-full', 'The browser has no room left for this site.', {
      retry: 'later',
      cause: thrown,
    })
  // An older page in another tab has the data of a newer one before it.
  if (name === 'VersionError')
    return new AppError('storage-newer', 'A newer version of the page has changed the database.', {
      retry: 'later',
      cause: thrown,
    })
  return new AppError('storage-unavailable', `The browser's storage cannot be used: ${String(thrown)}`, {
    retry: 'later',
    cause: thrown,
    details: { reason: String(thrown) },
  })
}

/**
 * Awaits an operation on IndexedDB. It takes a function, because some private windows refuse at the call itself.
 *
 * @throws {AppError} `storage-full` or `storage-unavailable`
 */
export async function storageErrors<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw storageError(error)
  }
}

/** A database that has not opened by then, in ms, counts as out of reach: another tab may hold it in an older version. */
const PATIENCE_MS = 5000

/**
 * What an opening gives, for callers who do not wait for ever. Once the time is over, later callers fail at once, until
 * it has opened after all.
 *
 * @returns rejects with `storage-silent` when it takes too long, and as the opening does
 */
export function inTime<T>(opening: Promise<T>): () => Promise<T> {
  let isSettled = false
  const settle = () => {
    isSettled = true
    clearTimeout(timer)
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('storage-silent', 'The database does not open.', { retry: 'later' }))
    }, PATIENCE_MS)
  })
  // Heard even if nobody waits.
  late.catch(() => undefined)
  opening.then(settle, settle)
  return () => (isSettled ? opening : Promise.race([opening, late]))
}
