import { askToPersist, storageReport, type StorageReport } from '../../platform/persistence'

/** The browser's report on this site's storage. */
export class SiteStorage {
  /** Undefined before the first look. */
  report = $state.raw<StorageReport>()

  async look(): Promise<void> {
    this.report = await storageReport()
  }

  /** Asks the browser to keep the stored data. @returns whether it does */
  async persist(): Promise<boolean> {
    const persisted = await askToPersist()
    await this.look()
    return persisted
  }
}
