import { AppError } from '../shared/errors'

/** Maps an error of IndexedDB to one of the two cases that people can act on: no room, or no storage at all. */
export function storageError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const name = thrown instanceof DOMException ? thrown.name : ''
  // A browser out of disk space aborts the transaction, with the quota error as its reason or as its text.
  if (name === 'QuotaExceededError' || String(thrown).includes('QuotaExceededError'))
    return new AppError('storage-full', 'The browser has no room left for this site.', {
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
