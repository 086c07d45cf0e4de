import { AIR_GAP_CACHE, AIR_GAP_CHANGED } from '../shared/site-worker'
import { AppError } from '../shared/errors'
import { noteVersionCheck } from './keep-ledger'
import { isServedByWorker } from './site-presence'
import { serviceWorkers } from './site-worker'
import { trustedScriptUrl } from './trusted'

/** How long it is waited for the site to be stored, in ms. */
const STORED_MS = 60_000
/** How long the service worker may take to answer, in ms. It answers at once, but may have to be started. */
const ANSWER_MS = 5000

/**
 * Turns the air gap on or off, for all tabs. When this resolves, the service worker and the workers of every tab obey.
 *
 * @throws {AppError} `air-gap-impossible` where the site is not stored, so that a page without network would be none
 */
export async function setAirGap(isOn: boolean): Promise<void> {
  if (isOn) {
    await served()
    // The browser looks for a new service worker by itself whenever a page is opened. It asks its own cache instead, for
    // a day at most (Service Workers, "Soft Update"); no page can forbid it altogether.
    await follow('all').catch(() => undefined) // without a network it looks for one as before
    await caches.open(AIR_GAP_CACHE)
  } else await caches.delete(AIR_GAP_CACHE)
  try {
    await tellServiceWorkers()
  } catch (error) {
    if (isOn) await caches.delete(AIR_GAP_CACHE)
    throw error
  } finally {
    const channel = new BroadcastChannel(AIR_GAP_CHANGED)
    channel.postMessage(await caches.has(AIR_GAP_CACHE))
    channel.close()
  }
  // Without an answer from the host the site stays as it is; it is asked again later.
  if (!isOn) await follow('none').catch(() => undefined)
}

/** Waits until the site is stored, and so served from this device. @throws {AppError} `air-gap-impossible` */
async function served(): Promise<void> {
  const container = serviceWorkers()
  if (!container) throw impossible('There is no service worker in this browser.')
  const end = Date.now() + STORED_MS
  while (!isServedByWorker()) {
    if (Date.now() > end) throw impossible('No service worker serves this page.')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const MARK = 'thinktab-reloaded-for-air-gap'

/**
 * For a page that opens while the air gap is on. One that was reloaded past the service worker would ask the network: it is
 * loaded again, once. And the browser must not look for new versions past its cache.
 *
 * @throws {AppError} `air-gap-leaks` where there is no service worker, or the page comes without it again
 */
export async function keepAirGap(): Promise<void> {
  if (isServedByWorker()) {
    // A site that an earlier version has stored lets the browser ask after a restart.
    await follow('all').catch(() => undefined)
    sessionStorage.removeItem(MARK)
    return
  }
  const registration = await serviceWorkers()?.getRegistration()
  if (!registration?.active || sessionStorage.getItem(MARK))
    throw new AppError('air-gap-leaks', 'The page comes past the service worker.', { retry: 'later' })
  sessionStorage.setItem(MARK, 'yes')
  location.reload()
}

/** Says by which cache the browser looks for new versions of the service worker. */
async function follow(updateViaCache: ServiceWorkerUpdateViaCache): Promise<void> {
  const container = serviceWorkers()
  const active = container?.controller
  if (!container || !active) return
  if ((await container.getRegistration())?.updateViaCache === updateViaCache) return
  if (updateViaCache === 'none') await noteVersionCheck(active.scriptURL)
  await container.register(trustedScriptUrl(active.scriptURL), { updateViaCache })
}

async function tellServiceWorkers(): Promise<void> {
  const registration = await serviceWorkers()?.getRegistration()
  for (const worker of [registration?.active, registration?.waiting]) if (worker) await tell(worker)
}

async function tell(worker: ServiceWorker): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  const answered = new Promise<void>((resolve, reject) => {
    port1.onmessage = () => resolve()
    setTimeout(() => reject(impossible('The service worker does not answer.')), ANSWER_MS)
  })
  worker.postMessage(AIR_GAP_CHANGED, [port2])
  try {
    await answered
  } finally {
    port1.close()
  }
}

const impossible = (reason: string) => new AppError('air-gap-impossible', reason, { retry: 'later' })
