import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SettingsStore } from '../platform/settings-store'
import { Settings } from './settings.svelte'

/** A localStorage that may refuse. */
class FakeStorage {
  readonly values = new Map<string, string>()
  refuses = false

  #use<T>(action: () => T): T {
    if (this.refuses) throw new DOMException('The quota is full.', 'QuotaExceededError')
    return action()
  }

  getItem = (key: string) => this.#use(() => this.values.get(key) ?? null)
  setItem = (key: string, value: string) => this.#use(() => void this.values.set(key, value))
  removeItem = (key: string) => this.#use(() => void this.values.delete(key))
}

let storage: FakeStorage
beforeEach(() => {
  storage = new FakeStorage()
  vi.stubGlobal('localStorage', storage)
})
afterEach(() => void vi.unstubAllGlobals())

/** The settings of a page that is opened now. */
const open = () => new Settings(new SettingsStore())

describe('settings', () => {
  it('begin with the system’s theme and an open sidebar', () => {
    expect(open()).toMatchObject({ theme: 'system', sidebarOpen: true })
  })

  it('are kept for the next page', () => {
    const settings = open()
    settings.setTheme('dark')
    settings.toggleSidebar()
    expect(open()).toMatchObject({ theme: 'dark', sidebarOpen: false })
  })

  it('leave nothing behind when they are back at their beginning', () => {
    const settings = open()
    settings.setTheme('light')
    settings.setTheme('system')
    expect(open()).toMatchObject({ theme: 'system' })
    expect(storage.values.size).toBe(0)
  })

  it('ignore a theme that is none', () => {
    storage.values.set('thinktab-theme', 'purple')
    expect(open().theme).toBe('system')
  })

  it('last as long as the page where the browser stores nothing', () => {
    storage.refuses = true
    const settings = open()
    settings.setTheme('dark')
    expect(settings.theme).toBe('dark')
  })
})
