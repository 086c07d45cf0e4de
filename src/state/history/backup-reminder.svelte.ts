import type { Conversation } from '../../conversations/conversations'
import type { SettingsStore } from '../../platform/settings-store'

const DAY_MS = 24 * 60 * 60 * 1000
/** Nobody is reminded in the first days, and there is a pause between two reminders. */
const FIRST_AFTER_MS = 7 * DAY_MS
const AGAIN_AFTER_MS = 30 * DAY_MS
/**
 * Chats without a copy that call for a reminder: where the browser may clear them, and where it has promised to keep
 * them.
 */
const MANY = { cleared: 5, kept: 30 }

/** The content of a reminder. */
export interface Due {
  /** Chats that have changed since the last complete export. */
  readonly chats: number
  /** Whether the browser has promised to keep the stored data. */
  readonly persisted: boolean
}

/** Reports, rarely, that the chats have no copy. */
export class BackupReminder {
  /** Present while it is to be shown. */
  due = $state.raw<Due>()
  /** Whether the person wants to be reminded. */
  wanted = $state(true)
  readonly #settings: SettingsStore
  readonly #now: () => number

  /** @param now ms since the epoch */
  constructor(settings: SettingsStore, now: () => number) {
    this.#settings = settings
    this.#now = now
    this.wanted = settings.get('backup-reminder') !== 'off'
    // An earlier date is not known, and a chat that was imported says nothing about it.
    if (this.#time('first-seen') === 0) settings.set('first-seen', String(now()))
  }

  /** Finds out whether a reminder is due, and notes that it is shown. */
  look(chats: readonly Conversation[], { persisted, hasBackup }: { persisted: boolean; hasBackup: boolean }): void {
    const now = this.#now()
    const isEarly =
      now - this.#time('first-seen') < FIRST_AFTER_MS || now - this.#time('backup-reminded') < AGAIN_AFTER_MS
    if (!this.wanted || hasBackup || isEarly) return
    const exported = this.#time('exported')
    const changed = chats.filter(({ updatedAt }) => updatedAt > exported).length
    if (changed < MANY[persisted ? 'kept' : 'cleared']) return
    this.#settings.set('backup-reminded', String(now))
    this.due = { chats: changed, persisted }
  }

  dismiss(): void {
    this.due = undefined
  }

  setWanted(wanted: boolean): void {
    this.wanted = wanted
    this.#settings.set('backup-reminder', wanted ? undefined : 'off')
    if (!wanted) this.dismiss()
  }

  /** Every chat has just been written into a file that can be imported again. */
  exported(): void {
    this.#settings.set('exported', String(this.#now()))
    this.dismiss()
  }

  #time(key: string): number {
    return Number(this.#settings.get(key) ?? 0) || 0
  }
}
