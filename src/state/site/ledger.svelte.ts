import { offerDownload } from '../../platform/files'
import { clearLedger, onLedgerChange, readLedger, type LedgerLine } from '../../platform/ledger-store'
import { toAppError, type AppError } from '../../shared/errors'
import { readable, toCsv, totals } from './ledger-table'

/** Many lines come at once while a model is downloaded; the list is read again this often at most, in ms. */
const READ_EVERY_MS = 500

/** The requests that this site has made, as the ledger has them. */
export class Ledger {
  /** The latest first; undefined before they have been read. */
  lines = $state.raw<readonly LedgerLine[]>()
  /** Lines up to this moment (ms since the epoch) were deleted, because there were too many. */
  droppedUntil = $state<number>()
  /** Why the lines could not be read. */
  problem = $state.raw<AppError>()
  readonly hosts = $derived(totals(this.lines ?? []))

  /** Reads the lines now and whenever there are others, until the signal. */
  async follow(signal: AbortSignal): Promise<void> {
    let isWaiting = false
    const end = onLedgerChange(() => {
      if (isWaiting) return
      isWaiting = true
      setTimeout(() => {
        isWaiting = false
        if (!signal.aborted) void this.#read()
      }, READ_EVERY_MS)
    })
    signal.addEventListener('abort', end)
    await this.#read()
  }

  /** Deletes all lines. Where that fails, `problem` says why. */
  async clear(): Promise<void> {
    await this.#attempt(clearLedger)
    await this.#read()
  }

  /** Hands all lines to the browser as a table. @param name of the file, without its ending */
  download(name: string): void {
    offerDownload(new Blob([toCsv(this.lines ?? [])], { type: 'text/csv' }), `${name}.csv`)
  }

  async #read(): Promise<void> {
    await this.#attempt(async () => {
      const { lines, droppedUntil } = await readLedger()
      this.lines = readable(lines).reverse()
      this.droppedUntil = droppedUntil
    })
  }

  async #attempt(task: () => Promise<void>): Promise<void> {
    try {
      await task()
      this.problem = undefined
    } catch (error) {
      this.problem = toAppError(error, 'storage-unavailable')
    }
  }
}
