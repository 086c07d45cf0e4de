import { chooseLocale, getLocale, type Locale } from '../i18n'
import type { SettingsStore } from '../platform/settings-store'

export type Theme = 'system' | 'light' | 'dark'

/** What people choose for this browser. Changes are kept at once. */
export class Settings {
  theme = $state<Theme>('system')
  /** The language of the interface. */
  locale = $state<Locale>(getLocale())
  sidebarOpen = $state(true)
  readonly #store: SettingsStore

  constructor(store: SettingsStore) {
    this.#store = store
    const theme = store.get('theme')
    if (theme === 'light' || theme === 'dark') this.theme = theme
    this.sidebarOpen = store.get('sidebar') !== 'closed'
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.#store.set('theme', theme === 'system' ? undefined : theme)
  }

  setLocale(locale: Locale): void {
    chooseLocale(locale)
    this.locale = locale
  }

  toggleSidebar(): void {
    this.sidebarOpen = !this.sidebarOpen
    this.#store.set('sidebar', this.sidebarOpen ? 'open' : 'closed')
  }

  /** The unsent text of a conversation, or of the new one. */
  draft(conversation: string): string {
    return this.#store.get(`draft:${conversation}`) ?? ''
  }

  setDraft(conversation: string, text: string): void {
    this.#store.set(`draft:${conversation}`, text === '' ? undefined : text)
  }
}
