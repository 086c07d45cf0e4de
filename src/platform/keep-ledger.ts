import { isAirGapped } from './air-gap'
import { addLines, dropOldLines, type LedgerLine, type RequestPurpose } from './ledger-store'
import { takeOutgoing } from './out-count'

/** How long the bytes of an answer are waited for after the browser says that it has ended, in ms. */
const LAST_BYTES_MS = 5000

/** Fields of Resource Timing that TypeScript does not know yet. */
type Entry = PerformanceResourceTiming & { readonly workerFinalSourceType?: string }

/**
 * Notes every request that this page or worker makes from now on and has made, as the browser itself records them
 * (Resource Timing): also those that fail, and those that no code of this site makes. Call it once.
 *
 * @param ownPurpose what requests to the site's own host are for
 */
export function keepLedger(ownPurpose: 'page' | 'offline'): void {
  const observer = new PerformanceObserver((list) => void note(list.getEntries() as Entry[], ownPurpose))
  // One observer has one type of entries where it wants those from before it.
  observer.observe({ type: 'resource', buffered: true })
  if (!('document' in globalThis)) return
  const ofPage = new PerformanceObserver((list) => void note(list.getEntries() as Entry[], ownPurpose))
  ofPage.observe({ type: 'navigation', buffered: true })
  addEventListener('pagehide', () => void note(observer.takeRecords() as Entry[], ownPurpose))
  void dropOldLines().catch(() => undefined) // there is a next time
}

/** Notes a request that the browser makes for the page without a record: that for the service worker. */
export async function noteVersionCheck(address: string): Promise<void> {
  await addLines([{ at: Date.now(), address, purpose: 'version', bytesOut: address.length }])
}

async function note(entries: readonly Entry[], ownPurpose: RequestPurpose): Promise<void> {
  const isGapped = await isAirGapped()
  const sent = entries.filter((entry) => wasSent(entry, ownPurpose, isGapped))
  await addLines((await Promise.all(sent.map((entry) => linesFor(entry, ownPurpose)))).flat())
}

const isHttp = (address: string) => /^https?:/.test(address)
const isOwn = (address: string) => new URL(address).origin === location.origin

/**
 * Whether a request went to a network from here. What the service worker answers it has fetched itself, and noted, or had
 * stored.
 */
function wasSent(entry: Entry, ownPurpose: RequestPurpose, isGapped: boolean): boolean {
  const { name, transferSize, encodedBodySize, workerStart, workerFinalSourceType } = entry
  if (!isHttp(name)) return false
  // The service worker refuses these, and makes none for itself: it passes on those of pages, which note them.
  if (!isOwn(name)) return ownPurpose !== 'offline' && !isGapped
  if (workerFinalSourceType === 'fetch-event') return false
  // From a cache of the browser nothing is transferred; of a failed request there is no body either.
  return transferSize > 0 || (encodedBodySize === 0 && workerStart === 0)
}

async function linesFor(entry: Entry, ownPurpose: RequestPurpose): Promise<LedgerLine[]> {
  const { name, startTime, transferSize, responseStatus, entryType } = entry
  const at = performance.timeOrigin + startTime
  const request = takeOutgoing(name)
  if (!request) {
    const shown = new URL(name)
    shown.hash = ''
    const bytesOut = shown.href.length
    if (entryType === 'navigation') shown.search = ''
    const purpose = isOwn(name) ? ownPurpose : 'unknown'
    return [{ at, address: shown.href, purpose, bytesIn: transferSize, bytesOut, status: responseStatus }]
  }
  const { purpose, bytesOut, ended } = request
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, LAST_BYTES_MS))])
  const { bytesIn, redirectedTo } = request
  const line = { at, address: name, purpose, bytesIn, bytesOut, status: responseStatus }
  if (redirectedTo === undefined) return [line]
  const { host, origin, pathname } = new URL(redirectedTo)
  const onward = { ...line, address: `${origin}${pathname}`, bytesOut: bytesOut - name.length + redirectedTo.length }
  // The server that sends a request on tells the rest of the address itself.
  return host === '' ? [line] : [{ ...line, bytesIn: 0 }, onward]
}
