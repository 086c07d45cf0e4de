import { ACTIVATE } from '../shared/site-worker'
import { trustedScriptUrl } from './trusted'

/** How often a page that stays open looks for a new version, when it is looked at again. */
const CHECK_EVERY_MS = 60 * 60 * 1000

export interface SiteWorkerEvents {
  /** A new version is stored and waits; `activate` makes it the one that serves every tab. */
  waiting(activate: () => void): void
  /** Another version than the one this page came from serves it now. */
  replaced(): void
}

/**
 * Registers the service worker, which keeps the site for offline use. Without one (private windows of some browsers, an
 * insecure context) the site works as it does, only not offline, so a refusal is not reported.
 *
 * @param url of the worker, relative to the page
 */
export async function registerSiteWorker(url: string, events: SiteWorkerEvents): Promise<void> {
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker
  if (!container) return
  let served = container.controller !== null
  container.addEventListener('controllerchange', () => {
    if (served) events.replaced()
    served = true
  })
  const offer = (worker: ServiceWorker) => {
    events.waiting(() => {
      worker.postMessage(ACTIVATE)
    })
  }
  try {
    const registration = await container.register(trustedScriptUrl(url), { updateViaCache: 'none' })
    if (registration.waiting) offer(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing
      worker?.addEventListener('statechange', () => {
        // The first version has nothing to wait for.
        if (worker.state === 'installed' && container.controller) offer(worker)
      })
    })
    checkWhenSeen(registration)
  } catch {
    // see above
  }
}

function checkWhenSeen(registration: ServiceWorkerRegistration): void {
  let checked = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - checked < CHECK_EVERY_MS) return
    checked = Date.now()
    // Offline there is nothing to find.
    registration.update().catch(() => undefined)
  })
}

/** Whether the service worker answers for this page, and so for documents of the site that are framed in it. */
export function isServedByWorker(): boolean {
  return Boolean((navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker?.controller)
}

/** Takes the service worker away; the next visit registers it again, and then it stores the site anew. */
export async function unregisterSiteWorker(): Promise<void> {
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker
  for (const registration of (await container?.getRegistrations()) ?? []) await registration.unregister()
}
