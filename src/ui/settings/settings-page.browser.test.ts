import { flushSync, mount, unmount } from 'svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { getLocale, m } from '../../i18n'
import { AirGap } from '../../state/site/air-gap.svelte'
import { codeView } from '../../state/code-view.svelte'
import { presets } from '../../state/presets.svelte'
import { SiteStorage } from '../../state/site/site-storage.svelte'
import type { StorageUse } from '../../state/site/storage-use.svelte'
import {
  all,
  appears,
  draw,
  english,
  eventually,
  key,
  LANGUAGES,
  one,
  openState,
  press,
  textOf,
  write,
} from '../ui.fixture'
import { vaultSettings } from '../../state/vault/vault.fixture'
import GeneralSection from './sections/GeneralSection.svelte'
import SettingsPage from './SettingsPage.svelte'

const ABOUT = {
  version: 1,
  site: '9.8.7',
  packages: [{ name: 'svelte', version: '5.0.0', licence: 'MIT' }],
}

function open(section?: string, width = '40rem') {
  const page = openState()
  const { settings, model } = page
  const modelFiles = page.site.fetch
  vi.stubGlobal('fetch', (url: string) =>
    url === 'about.json' ? Promise.resolve(new Response(JSON.stringify(ABOUT))) : modelFiles(url),
  )
  const storage = new SiteStorage()
  const use = { site: storage, sizes: {}, models: [], freed: [], look: () => storage.look() } as unknown as StorageUse
  const { props, target } = draw(
    SettingsPage,
    {
      settings,
      model,
      airGap: new AirGap(),
      vault: vaultSettings().vault,
      use,
      chats: () => 3,
      format: english,
      back: '#/c/one',
      section,
    },
    width,
  )
  return { ...page, props, target, storage }
}

function choose(name: string, value: string): void {
  const select = one<HTMLSelectElement>(name)
  select.value = value
  select.dispatchEvent(new Event('change', { bubbles: true }))
  flushSync()
}

function give(name: string, content: string): void {
  const files = new DataTransfer()
  files.items.add(new File([content], 'presets.json'))
  const input = one<HTMLInputElement>(name)
  input.files = files.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

beforeEach(() => {
  for (const { id } of presets.items) presets.remove(id)
  presets.forgetRemoved()
})

describe('SettingsPage', () => {
  it('has a section for each link, and moves the focus to the one that the address names', () => {
    const { props } = open()
    const names = all('[data-section]').map(({ dataset }) => dataset['section'])
    expect(names).toEqual(['general', 'appearance', 'chat', 'prompts', 'shortcuts', 'storage', 'privacy', 'about'])
    for (const name of names)
      expect(one(`settings-${name ?? ''}-link`).getAttribute('href')).toBe(`#/settings/${name ?? ''}`)
    expect(document.activeElement).toBe(one('settings'))
    props.section = 'privacy'
    flushSync()
    expect(document.activeElement?.id).toBe('settings-privacy')
    expect(one('settings-privacy-link').getAttribute('aria-current')).toBe('true')
    expect(one('settings-back').getAttribute('href')).toBe('#/c/one')
  })

  it('names each language in itself, marked as such, and changes to it', () => {
    const { settings } = open()
    const select = one<HTMLSelectElement>('language')
    expect([...select.options].map(({ value, lang }) => [value, lang])).toEqual(LANGUAGES.map((one) => [one, one]))
    expect([...select.options].map(({ textContent }) => textContent)).toEqual(['English', '简体中文'])
    expect(select.labels[0]?.textContent).toBe(m.language())
    choose('language', 'zh-CN')
    expect([settings.locale, getLocale()]).toEqual(['zh-CN', 'zh-CN'])
  })

  it('has the focus on the language again after the page was drawn anew for it', async () => {
    const { settings } = openState()
    const props = { settings }
    const first = mount(GeneralSection, { target: document.body, props })
    flushSync()
    choose('language', 'zh-CN')
    await unmount(first)
    draw(GeneralSection, props)
    expect(document.activeElement).toBe(one('language'))
  })

  it.each([
    ['theme', 'dark', 'system'],
    ['text-size', 'larger', 'normal'],
    ['density', 'compact', 'normal'],
    ['send-key', 'ctrl-enter', 'enter'],
    ['thoughts', 'open', 'folded'],
  ])('keeps %s, and nothing where it is as before', (name, chosen, standard) => {
    const { kept } = open()
    expect(one<HTMLSelectElement>(name).value).toBe(standard)
    choose(name, chosen)
    expect(kept.get(name)).toBe(chosen)
    choose(name, standard)
    expect(kept.has(name)).toBe(false)
  })

  it('sets how blocks of code are shown', () => {
    open()
    choose('code-lines', 'wrapped')
    expect(codeView.lines.value).toBe('wrapped')
    choose('code-lines', 'long')
    expect(codeView.lines.isStandard).toBe(true)
  })

  it('sets what holds for every reply, and says what the model advises', async () => {
    const { settings, kept } = open()
    await appears('model-sampling')
    expect(textOf('model-sampling')).toBe(m.settings_chat_model({ name: 'Nano', temperature: 0, topP: 1 }))
    write('setting-temperature', '0.4')
    expect(settings.replyDefaults).toEqual({ temperature: 0.4 })
    expect(kept.get('reply-defaults')).toBe('{"temperature":0.4}')
  })

  it('lists the keys that send as they were chosen', () => {
    open()
    const keys = () =>
      all('[data-section=shortcuts] dd')
        .slice(0, 1)
        .map(({ textContent }) => textContent.trim())
    const before = keys()
    choose('send-key', 'ctrl-enter')
    expect(keys()).not.toEqual(before)
  })

  it('shows the storage, the hosts of weights, the version and the licences', async () => {
    const { storage, settings } = open()
    await appears('storage')
    storage.report = { usedBytes: 1e6, freeBytes: 2e9, persisted: true }
    flushSync()
    expect(textOf('[data-testid=storage] p')).toContain(english.bytes(1e6))
    const hosts = all('[data-testid=privacy-hosts] li').map(({ textContent }) => textContent)
    expect(hosts).toEqual(settings.hubs.map(({ url }) => new URL(url).host))
    await appears('version')
    expect(textOf('version')).toContain('9.8.7')
    expect(all('[data-testid=licences] tbody td').map(({ textContent }) => textContent)).toEqual([
      'svelte',
      '5.0.0',
      'MIT',
    ])
  })

  it('renames presets, deletes them, and takes that back', async () => {
    presets.add({ name: 'Strict', settings: { temperature: 0 } })
    presets.add({ name: 'Free', settings: {} })
    open()
    const named = () => all('[data-testid=preset-item] span').map(({ textContent }) => textContent)
    press('[data-testid=preset-item] [data-part=rename]')
    await appears('title')
    write('title', 'Strict')
    key('title', 'Enter')
    expect(named()).toEqual(['Strict', 'Strict 2'])
    press('[data-testid=preset-item] [data-part=delete]')
    expect(named()).toEqual(['Strict 2'])
    expect(document.activeElement).toBe(one('undo'))
    press('undo')
    expect(named()).toEqual(['Strict', 'Strict 2'])
  })

  it('leaves a name as it was after Escape, or where nothing was left of it', async () => {
    presets.add({ name: 'Strict', settings: {} })
    open()
    for (const [text, end] of [
      ['Other', 'Escape'],
      ['  ', 'Enter'],
    ] as const) {
      press('[data-testid=preset-item] [data-part=rename]')
      await appears('title')
      write('title', text)
      key('title', end)
      expect(textOf('[data-testid=preset-item] span')).toBe('Strict')
      await eventually(() => expect(document.activeElement).toBe(one('rename')))
    }
  })

  it('reads presets from a file, and names the field that is wrong', async () => {
    open()
    const file = { format: 'thinktab-presets', version: 1, presets: [{ name: 'Hot', settings: { temperature: 2 } }] }
    give('presets-load', JSON.stringify(file))
    await eventually(() => expect(textOf('presets-told')).toBe(m.presets_added({ count: 1 })))
    expect(textOf('[data-testid=preset-item] span')).toBe('Hot')
    give('presets-load', JSON.stringify({ ...file, version: 7 }))
    await appears('notice')
    expect(one('notice').dataset['code']).toBe('presets-invalid')
    expect(textOf('[data-testid=notice] p')).toBe(m.error_presets_invalid({ field: 'version' }))
    expect(presets.items).toHaveLength(1)
  })

  it('fits a narrow phone', async () => {
    const { target } = open(undefined, '20rem')
    await appears('version')
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })
})
