import { whenNobodyWrites } from '../chat/other-writers.svelte'

/** Whether a new version of the site is there, and how the user takes it. It never comes by itself. */
export class SiteUpdate {
  /** A version other than this page's is stored; taking it reloads the page. */
  offered = $state(false)
  /** It was taken here. The old one may have to finish what other tabs asked of it: that takes up to half a minute. */
  taking = $state(false)
  /** It was taken, and waits for the end of a reply that another tab is writing. */
  awaitsReply = $state(false)
  readonly #reload: () => void
  readonly #whenNobodyWrites: typeof whenNobodyWrites
  #activate: (() => void) | undefined

  /** @param reload reloads the page @param whenQuiet waits until no tab writes a reply */
  constructor(reload: () => void, whenQuiet = whenNobodyWrites) {
    this.#reload = reload
    this.#whenNobodyWrites = whenQuiet
  }

  /** A new version is stored and waits for `activate`. */
  waiting(activate: () => void): void {
    this.#activate = activate
    this.offered = true
  }

  /** A reload brings the new version. */
  found(): void {
    this.offered = true
  }

  /** The new version serves this page from now on: because it was taken here, or in another tab. */
  replaced(): void {
    if (this.taking && !this.awaitsReply) {
      this.#reload()
      return
    }
    this.#activate = undefined
    this.offered = true
  }

  /** Changes to the new version, once no tab writes a reply: its page may need parts that only the old one has. */
  async take(): Promise<void> {
    this.taking = true
    await this.#whenNobodyWrites(() => (this.awaitsReply = true))
    this.awaitsReply = false
    if (this.#wasDismissed()) return
    if (this.#activate) this.#activate()
    else this.#reload()
  }

  #wasDismissed(): boolean {
    return !this.taking
  }

  /** Not now: it is offered again when the page is opened anew. */
  dismiss(): void {
    if (this.awaitsReply) this.taking = false
    this.offered = false
  }
}
