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
    import('./site-registration')
      .then(({ SiteRegistration }) => new SiteRegistration(container, url, events).begin())
      .catch(() => {
        registered = false // the page asks again when its model is ready
      })
  }
}

/** Undefined in insecure contexts and some private windows; a document that may store nothing is refused at once. */
export function serviceWorkers(): ServiceWorkerContainer | undefined {
  try {
    return (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker
  } catch {
    return undefined
  }
}
