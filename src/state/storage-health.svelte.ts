import { toAppError, type AppError } from '../shared/errors'

/** What became of the browser's storage. While it fails, the page goes on with what it has in memory, and says so. */
export class StorageHealth {
  problem = $state.raw<AppError>()

  /** Runs an operation on the store; a failure is kept as `problem` and gives undefined. */
  async attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await operation()
      this.problem = undefined
      return result
    } catch (error) {
      this.problem = toAppError(error)
      return undefined
    }
  }
}
