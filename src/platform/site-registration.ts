import { ACTIVATE, CHECK } from '../shared/site-worker'
import { isAirGapped } from './air-gap'
import { noteVersionCheck } from './keep-ledger'
import type { SiteWorkerEvents } from './site-worker'
import { trustedScriptUrl } from './trusted'

/** How often a page that stays open looks for a new version, when it is looked at again. */
const CHECK_EVERY_MS = 60 * 60 * 1000
/** How long after a version could not be stored it is tried again, the first time and at most; each wait doubles. */
const FIRST_WAIT_MS = 60 * 1000
const LONGEST_WAIT_MS = 60 * 60 * 1000

/**
 * Registers the service worker, and sees to it that the site gets stored: a version of which one file could not be had is
 * no version, and the browser itself tries again only when the page is opened anew.
 */
export class SiteRegistration {
  readonly #container: ServiceWorkerContainer
  readonly #url: string
  readonly #events: SiteWorkerEvents
  /** Its events are listened to. A first version that fails takes its registration with it. */
  #followed: ServiceWorkerRegistration | undefined
  #wait = FIRST_WAIT_MS
  #timer: ReturnType<typeof setTimeout> | undefined
  #checked = Date.now()

  /** @param url of the worker, relative to the page */
  constructor(container: ServiceWorkerContainer, url: string, events: SiteWorkerEvents) {
    this.#container = container
    this.#url = url
    this.#events = events
  }

  /** Registers it, and does so again when the network comes back. */
  async begin(): Promise<void> {
    addEventListener('online', () => void this.#again())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || Date.now() - this.#checked < CHECK_EVERY_MS) return
      void this.#again()
    })
    await this.#register()
  }

  /** A refusal is not reported, but tried again later: a captive portal answers for the worker as well. */
  async #register(): Promise<ServiceWorkerRegistration | undefined> {
    // What is there serves on, and nothing is looked for.
    if (await isAirGapped()) return undefined
    try {
      const known = await this.#container.getRegistration()
      const registration = known ? await this.#pastCache(known) : await this.#first()
      this.#follow(registration)
      // What was damaged since it was stored is made good now that nobody waits.
      registration.active?.postMessage(CHECK)
      return registration
    } catch {
      this.#later()
      return undefined
    }
  }

  /**
   * The browser stores by which cache it looks for new versions when it stores the first one, and no later change
   * (Chromium 156). Through its cache it asks nobody for a day, as the air gap needs it after a restart.
   */
  async #first(): Promise<ServiceWorkerRegistration> {
    await this.#note()
    const registration = await this.#container.register(trustedScriptUrl(this.#url), { updateViaCache: 'all' })
    void this.#container.ready.then(async (active) => {
      if (!(await isAirGapped())) await this.#pastCache(active)
    })
    return registration
  }

  /** New versions are looked for past the browser's cache until it is closed. The change itself asks for one. */
  async #pastCache(registration: ServiceWorkerRegistration): Promise<ServiceWorkerRegistration> {
    if (registration.updateViaCache === 'none') return registration
    await this.#note()
    const change = this.#container.register(trustedScriptUrl(this.#url), { updateViaCache: 'none' })
    return await change.catch(() => registration) // without a network it is tried again when that is back
  }

  /** Looks for a new version, also where one that failed is all there is to find. */
  async #again(): Promise<void> {
    clearTimeout(this.#timer)
    this.#checked = Date.now()
    const registration = await this.#register()
    // Offline there is nothing to find.
    if (!registration?.active) return
    await this.#note()
    await registration.update().catch(() => undefined)
  }

  async #note(): Promise<void> {
    await noteVersionCheck(new URL(this.#url, document.baseURI).href)
  }

  #later(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#again(), this.#wait)
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS)
  }

  #follow(registration: ServiceWorkerRegistration): void {
    if (registration === this.#followed) return
    this.#followed = registration
    if (registration.waiting) this.#offer(registration.waiting)
    // Another tab may have begun to store a new version.
    this.#watch(registration.installing)
    registration.addEventListener('updatefound', () => {
      this.#watch(registration.installing)
    })
  }

  #watch(worker: ServiceWorker | null): void {
    let stored = false
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed') {
        stored = true
        this.#wait = FIRST_WAIT_MS
        // The first version has nothing to wait for.
        if (this.#container.controller) this.#offer(worker)
      } else if (worker.state === 'redundant' && !stored) this.#later()
    })
  }

  #offer(worker: ServiceWorker): void {
    this.#events.waiting(() => {
      worker.postMessage(ACTIVATE)
    })
  }
}
