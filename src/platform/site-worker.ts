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
 * The service worker, which keeps the site for offline use. Without one (private windows of some browsers, an insecure
 * context) the site works as it does, only not offline, so a refusal is not reported. Another tab can take a new version
 * before this one has registered anything, so replacements are listened for from the call on.
 *
 * @param url of the worker, relative to the page
 * @returns registers it; a second call does nothing
 */
export function siteWorker(url: string, events: SiteWorkerEvents): () => void {
  const container = serviceWorkers()
  if (!container) return () => undefined
  let served = container.controller !== null
  container.addEventListener('controllerchange', () => {
    if (served) events.replaced()
    served = true
  })
  let registered = false
  return () => {
    if (registered) return
    registered = true
    register(container, url, events).catch(() => undefined) // see above
  }
}

async function register(container: ServiceWorkerContainer, url: string, events: SiteWorkerEvents): Promise<void> {
  const registration = await container.register(trustedScriptUrl(url), { updateViaCache: 'none' })
  const offer = (worker: ServiceWorker) => {
    events.waiting(() => {
      worker.postMessage(ACTIVATE)
    })
  }
  const offerWhenStored = (worker: ServiceWorker | null) => {
    worker?.addEventListener('statechange', () => {
      // The first version has nothing to wait for.
      if (worker.state === 'installed' && container.controller) offer(worker)
    })
  }
  if (registration.waiting) offer(registration.waiting)
  // Another tab may have begun to store a new version.
  offerWhenStored(registration.installing)
  registration.addEventListener('updatefound', () => {
    offerWhenStored(registration.installing)
  })
  checkWhenSeen(registration)
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
  return Boolean(serviceWorkers()?.controller)
}

/** Takes the service worker away; the next visit registers it again, and then it stores the site anew. */
export async function unregisterSiteWorker(): Promise<void> {
  const container = serviceWorkers()
  for (const registration of (await container?.getRegistrations()) ?? []) await registration.unregister()
}

/** Not there in insecure contexts and some private windows; a document that may keep no data is refused the very word. */
function serviceWorkers(): ServiceWorkerContainer | undefined {
  try {
    return (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker
  } catch {
    return undefined
  }
}
