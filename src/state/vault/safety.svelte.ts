import type { SettingsStore } from '../../platform/settings-store'
import { isVisible, onVisibility } from '../../platform/visibility'
import { Choice } from '../choice.svelte'
import type { VaultTabs } from './vault-tabs'

/** Tabs answer within this time whether they are seen, in ms. */
const ANSWER_MS = 500
/** Tabs hear of each other's use this often, and the clock is looked at, in ms. */
const LOOK_MS = 5000
const MINUTE_MS = 60_000
/** What tells that somebody is there. */
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const

/** The page, as far as it must be closed. */
export interface ClosingPage {
  /** Whether a reply is being written here. */
  readonly isWriting: () => boolean
  /** Takes everything off the page; from then on it has no words. */
  readonly hide: () => void
  /** Ends the reply in progress; resolves when all words that can be stored are. */
  readonly save: () => Promise<void>
  /** Begins anew, without anything in memory. */
  readonly reload: () => void
  /** Leaves this site at once. */
  readonly leave: () => void
}

/** What keeps words from other eyes: the lock of the vault, and the way out. */
export class Safety {
  /** Whether there is a vault, which is open now. */
  readonly isVaulted: boolean
  /** Minutes without use after which the vault locks itself. */
  readonly lockAfter: Choice<'15' | '5' | '60' | 'never'>
  /** Whether it locks itself when no page of this site is seen any more. */
  readonly lockHidden: Choice<'off' | 'on'>
  readonly #tabs: VaultTabs
  readonly #page: ClosingPage
  readonly #now: () => number
  #usedAt: number
  #toldAt = 0
  #closing = false

  /** @param now ms since the epoch */
  constructor(dependencies: {
    readonly isVaulted: boolean
    readonly tabs: VaultTabs
    readonly settings: SettingsStore
    readonly page: ClosingPage
    readonly now: () => number
  }) {
    const { isVaulted, tabs, settings, page, now } = dependencies
    this.isVaulted = isVaulted
    this.lockAfter = new Choice(settings, 'vault-lock-after', ['15', '5', '60', 'never'])
    this.lockHidden = new Choice(settings, 'vault-lock-hidden', ['off', 'on'])
    this.#tabs = tabs
    this.#page = page
    this.#now = now
    this.#usedAt = now()
    tabs.listen(({ type }) => {
      if (type === 'lock') void this.#close()
      else if (type === 'forget') this.#leave()
      else if (type === 'active') this.#usedAt = now()
      else if (type === 'who-is-visible' && isVisible()) tabs.post({ type: 'visible' })
    })
    if (isVaulted) this.#watch()
  }

  /** Locks the vault in every tab. Words are stored before; a reply in progress stops, and can go on later. */
  async lock(): Promise<void> {
    this.#tabs.post({ type: 'lock' })
    await this.#close()
  }

  /** Every tab forgets what it has in memory, temporary chats above all, and leaves this site. A vault is locked. */
  forget(): void {
    this.#tabs.post({ type: 'forget' })
    this.#leave()
  }

  async #close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    this.#tabs.drop()
    this.#page.hide()
    await this.#page.save()
    this.#page.reload()
  }

  #leave(): void {
    this.#tabs.drop()
    this.#page.hide()
    this.#page.leave()
  }

  #watch(): void {
    for (const sign of SIGNS)
      addEventListener(
        sign,
        () => {
          this.#usedAt = this.#now()
          if (this.#usedAt - this.#toldAt < LOOK_MS) return
          this.#toldAt = this.#usedAt
          this.#tabs.post({ type: 'active' })
        },
        { capture: true, passive: true },
      )
    // A device that has slept finds the time over when it wakes up.
    setInterval(() => this.#look(), LOOK_MS)
    onVisibility(() => {
      if (isVisible()) this.#look()
      else void this.#lockUnseen()
    })
  }

  #look(): void {
    const { value } = this.lockAfter
    if (this.#page.isWriting()) {
      this.#usedAt = this.#now()
      this.#tabs.post({ type: 'active' })
    } else if (value !== 'never' && this.#now() - this.#usedAt > Number(value) * MINUTE_MS) void this.lock()
  }

  async #lockUnseen(): Promise<void> {
    if (this.lockHidden.value === 'on' && !(await this.#isSeenElsewhere()) && !isVisible()) await this.lock()
  }

  async #isSeenElsewhere(): Promise<boolean> {
    return await new Promise((resolve) => {
      const stop = this.#tabs.listen(({ type }) => {
        if (type === 'visible') resolve(true)
      })
      setTimeout(() => {
        stop()
        resolve(false)
      }, ANSWER_MS)
      this.#tabs.post({ type: 'who-is-visible' })
    })
  }
}
