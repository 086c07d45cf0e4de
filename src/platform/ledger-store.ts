import { clear, delMany, entries, get, keys, set, setMany } from 'idb-keyval'
import { Channel } from './channel'
import { openStore } from './open-store'

/**
 * What a request was for.
 *
 * - `page`: a part of the page, or of one of its workers
 * - `offline`: a file that the service worker stores, or makes good
 * - `version`: a look for a new version of the site
 * - `hub`: what a repository holds
 * - `weights`: a file of a model
 * - `unknown`: none that the code of this site makes
 */
export type RequestPurpose = 'page' | 'offline' | 'version' | 'hub' | 'weights' | 'unknown'

/** One request that this site made to a network. */
export interface LedgerLine {
  /** When it began, in ms since the epoch. */
  readonly at: number
  /** Without what follows a `?` in addresses of pages: that can be a question. */
  readonly address: string
  readonly purpose: RequestPurpose
  /** What came, as far as the browser tells; of the site's own files with 300 bytes for the headers (Resource Timing, `transferSize`). */
  readonly bytesIn?: number
  /** What the page said: the address, and the headers that it has added. The browser adds its own. */
  readonly bytesOut: number
  /** HTTP status; 0 without an answer. */
  readonly status?: number
}

export interface StoredLedger {
  /** In order, as they are stored: a foreign script in the page can write what it likes. */
  readonly lines: readonly unknown[]
  /** Lines of earlier times were deleted because there were too many: the time of the latest of them. */
  readonly droppedUntil?: number
}

/** The database of the ledger, and the channel that tells of new lines. */
const LEDGER = 'thinktab-ledger'
/** When there are more lines than this, the oldest are deleted, a tenth at once. A download of 1 GB makes some hundreds. */
const MOST_LINES = 10_000
/** In the place of a line. As text it comes before all keys of lines. */
const DROPPED = 'dropped'

const store = openStore(LEDGER, 'lines')

/** Adds lines. What cannot be stored is lost: the ledger must not keep anything else from working. */
export async function addLines(lines: readonly LedgerLine[]): Promise<void> {
  if (lines.length === 0) return
  try {
    await setMany(
      lines.map((line): [IDBValidKey, LedgerLine] => [[line.at, Math.random()], line]),
      store,
    )
    tell()
  } catch {
    // Private windows of some browsers store nothing, and a disk may be full.
  }
}

/** @throws {AppError} `storage-silent`; as IndexedDB does */
export async function readLedger(): Promise<StoredLedger> {
  const lines: unknown[] = []
  let droppedUntil: number | undefined
  for (const [key, value] of await entries<IDBValidKey, unknown>(store))
    if (key === DROPPED) droppedUntil = Number(value)
    else lines.push(value)
  return { lines, ...(droppedUntil !== undefined && { droppedUntil }) }
}

/** Deletes every line. @throws as `readLedger` */
export async function clearLedger(): Promise<void> {
  await clear(store)
  tell()
}

/** Deletes the oldest lines where there are too many. @throws as `readLedger` */
export async function dropOldLines(most = MOST_LINES): Promise<void> {
  const all = (await keys<IDBValidKey>(store)).filter((key) => key !== DROPPED)
  if (all.length <= most) return
  const old = all.slice(0, all.length - Math.floor(most * 0.9))
  const last = await get<LedgerLine>(old.at(-1) ?? DROPPED, store)
  await set(DROPPED, last?.at ?? 0, store)
  await delMany(old, store)
  tell()
}

/** Tells the listener of changes by this and other contexts. @returns ends it */
export function onLedgerChange(listener: () => void): () => void {
  const channel = new Channel<true>(LEDGER)
  channel.listen(listener)
  return () => channel.close()
}

let channel: Channel<true> | undefined
function tell(): void {
  channel ??= new Channel(LEDGER)
  channel.post(true)
}
