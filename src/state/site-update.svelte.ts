/** Whether a new version of the site is there, and how the user takes it. It never comes by itself. */
export class SiteUpdate {
  /** A version other than this page's is stored; taking it reloads the page. */
  offered = $state(false)
  /** It was taken here. The old one may have to finish what other tabs asked of it: that takes up to half a minute. */
  taking = $state(false)
  readonly #reload: () => void
  #activate: (() => void) | undefined

  /** @param reload reloads the page */
  constructor(reload: () => void) {
    this.#reload = reload
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
    if (this.taking) {
      this.#reload()
      return
    }
    this.#activate = undefined
    this.offered = true
  }

  take(): void {
    this.taking = true
    if (this.#activate) this.#activate()
    else this.#reload()
  }

  /** Not now: it is offered again when the page is opened anew. */
  dismiss(): void {
    this.offered = false
  }
}
