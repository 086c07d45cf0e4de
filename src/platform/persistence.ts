/** The bytes that this site stores, as far as the browser tells, and whether the browser may clear them by itself. */
export interface StorageReport {
  readonly usedBytes: number | undefined
  readonly freeBytes: number | undefined
  readonly persisted: boolean
}

/** The size of this site's storage, and whether the browser keeps it. */
export async function storageReport(): Promise<StorageReport> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage
  const estimate = await attempt(() => storage?.estimate())
  return {
    usedBytes: estimate?.usage,
    freeBytes: leftOf(estimate),
    persisted: (await attempt(() => storage?.persisted())) ?? false,
  }
}

/**
 * Bytes that this site may still store, as the browser estimates; undefined if it gives none: then the write itself
 * shows it.
 */
export async function freeSpace(): Promise<number | undefined> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage
  return leftOf(await attempt(() => storage?.estimate()))
}

function leftOf({ quota, usage }: StorageEstimate = {}): number | undefined {
  return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage)
}

/**
 * Asks the browser not to clear this site's storage when the disk gets full. Browsers decide, some by asking the
 * person.
 */
export async function askToPersist(): Promise<boolean> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage
  return (await attempt(() => storage?.persist())) ?? false
}

async function attempt<T>(operation: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await operation()
  } catch {
    return undefined // refused, as in some private windows
  }
}
