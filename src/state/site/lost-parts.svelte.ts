import { afterReload, lookForVersion, onPartLost, type AfterReload } from '../../platform/site-version'
import type { SiteUpdate } from './site-update.svelte'

/** What LostParts asks the browser. */
export interface SiteFacts {
  readonly afterReload: () => Promise<AfterReload>
  readonly lookForVersion: () => Promise<void>
}

/**
 * Finds out why a part of the page could not be loaded: a script, a style or a worker. A host keeps only the newest version
 * of the site, so an old tab misses what it had not fetched yet; that version is then offered. Nothing is said to be new
 * where the network is simply away.
 */
export class LostParts {
  /** Why a part is missing, where no other version explains it: the site is away, or the part alone is. */
  reason = $state<'away' | 'broken'>()
  readonly #update: SiteUpdate
  readonly #facts: SiteFacts
  #asking = false

  constructor(update: SiteUpdate, facts: SiteFacts = { afterReload, lookForVersion }) {
    this.#update = update
    this.#facts = facts
  }

  /** Listens to the page. @returns ends it */
  follow(): () => void {
    return onPartLost(() => void this.lost())
  }

  /** A part could not be loaded. */
  async lost(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    try {
      const brings = await this.#facts.afterReload()
      this.reason = brings === 'other' ? undefined : brings === 'same' ? 'broken' : 'away'
      if (brings === 'other') this.#update.found()
      // The service worker may have stored the version that this page is, while the host has a newer one.
      else if (brings === 'same') await this.#facts.lookForVersion().catch(() => undefined)
    } finally {
      this.#asking = false
    }
  }

  dismiss(): void {
    this.reason = undefined
  }
}
