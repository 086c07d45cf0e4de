import { toAppError, type AppError } from '../../shared/errors'

/** The state of the browser's storage. While it fails, the page continues with the data in memory, and says so. */
export class StorageHealth {
  problem = $state.raw<AppError>()
  #failed: 'read' | 'write' | undefined
  /** Whether the store has something in memory only. */
  readonly isBehind: () => boolean

  constructor(isBehind: () => boolean = () => false) {
    this.isBehind = isBehind
  }

  /** Nothing is in memory only any more. */
  caughtUp(): void {
    this.#failed = undefined
    this.problem = undefined
  }

  /**
   * Runs an operation on the store; a failure is kept as `problem` and gives undefined. A successful read does not end
   * the problem of a write, because a full disk can still be read. A
   * successful write does not end it either, while the store still has something in memory only.
   */
  async attempt<T>(kind: 'read' | 'write', operation: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await operation()
      if (!this.isBehind() && (kind === 'write' || this.#failed === 'read')) this.caughtUp()
      return result
    } catch (error) {
      if (kind === 'write' || this.#failed === undefined) this.#failed = kind
      this.problem = toAppError(error)
      return undefined
    }
  }
}
