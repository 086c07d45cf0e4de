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
  it.each([
    'hub',
    '{}',
    '[object Object]',
    'https://',
    'http://[',
    'javascript:alert(1)',
    'ftp://a.example/',
    'https://a b/',
    '\0',
  ])('do without an own hub that is stored as %j, and keep it to be looked at', (text) => {
    storage.values.set('thinktab-own-hub', text)
    const settings = open()
    expect([settings.ownHub, settings.unreadHub]).toEqual([undefined, text])
    expect(settings.hubs.map(({ url }) => new URL(url).host)).toHaveLength(3)
    expect(settings.setOwnHub('https://own.example/a?b=c#d')).toBe(true)
    expect([settings.ownHub, settings.unreadHub]).toEqual(['https://own.example/a/', undefined])
  })

  it('leave the model that another tab has chosen since, where one is deleted that was chosen here', () => {
    const [here, other] = [open(), open()]
    here.setModel({ id: 'a', name: 'A' })
    other.setModel({ id: 'b', name: 'B' })
    here.forgetModel('a')
    expect([here.model, open().model?.id]).toEqual([undefined, 'b'])
    other.forgetModel('b')
    expect(open().model).toBeUndefined()
    here.setModel({ id: 'c', name: 'C' })
    open().forgetModel('c')
    expect(open().model).toBeUndefined()
  })

  it('know a hub once, though it is entered as the own one', () => {
    const settings = open()
    settings.setOwnHub('https://huggingface.co')
    expect(settings.hubs.map(({ url }) => url)).toHaveLength(3)
  })

  it('begin with the system’s theme and an open sidebar', () => {
    const { appearance, sidebarOpen } = open()
    expect([appearance.theme.value, sidebarOpen]).toEqual(['system', true])
  })

  it('are kept for the next page', () => {
    const settings = open()
    settings.appearance.theme.choose('dark')
    settings.appearance.textSize.choose('larger')
    settings.sendKey.choose('ctrl-enter')
    settings.thoughts.choose('open')
    settings.setReplyDefaults({ temperature: 0.3, effort: 300, instructions: '用中文回答。' })
    settings.toggleSidebar()
    const { appearance, sendKey, thoughts, replyDefaults, sidebarOpen } = open()
    expect([appearance.theme.value, appearance.textSize.value, sendKey.value, thoughts.value]).toEqual([
      'dark',
      'larger',
      'ctrl-enter',
      'open',
    ])
    expect(replyDefaults).toEqual({ temperature: 0.3, effort: 300, instructions: '用中文回答。' })
    expect(sidebarOpen).toBe(false)
  })

  it('leave nothing behind when they are back at their beginning', () => {
    const settings = open()
    settings.appearance.theme.choose('light')
    settings.appearance.theme.choose('system')
    settings.setReplyDefaults({ seed: 1 })
    settings.setReplyDefaults({})
    expect(open().appearance.theme.isStandard).toBe(true)
    expect(storage.values.size).toBe(0)
  })

  it('ignore a choice that is none, and what of the defaults is damaged', () => {
    storage.values.set('thinktab-theme', 'purple')
    storage.values.set('thinktab-reply-defaults', '{"temperature": 9, "topP": 0.5}')
    expect(open().appearance.theme.value).toBe('system')
    expect(open().replyDefaults).toEqual({ topP: 0.5 })
    storage.values.set('thinktab-reply-defaults', '{"temperature": 0.')
    expect(open().replyDefaults).toEqual({})
  })

  it('last as long as the page where the browser stores nothing', () => {
    storage.refuses = true
    const settings = open()
    settings.appearance.theme.choose('dark')
    expect(settings.appearance.theme.value).toBe('dark')
  })
})
