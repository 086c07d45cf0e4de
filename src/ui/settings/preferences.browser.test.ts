import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { getLocale, m } from '../../i18n'
import { draw, LANGUAGES, one, openState } from '../ui.fixture'
import Preferences from './Preferences.svelte'

function choose(name: string, value: string): void {
  const select = one<HTMLSelectElement>(name)
  select.value = value
  select.dispatchEvent(new Event('change', { bubbles: true }))
  flushSync()
}

describe('Preferences', () => {
  it('names each language in itself, marked as such, and changes to it', () => {
    const { settings } = openState()
    draw(Preferences, { settings })
    const select = one<HTMLSelectElement>('language')
    expect([...select.options].map(({ value, lang }) => [value, lang])).toEqual(LANGUAGES.map((one) => [one, one]))
    expect([...select.options].map(({ textContent }) => textContent)).toEqual(['English', '简体中文'])
    choose('language', 'zh-CN')
    expect([settings.locale, getLocale()]).toEqual(['zh-CN', 'zh-CN'])
  })

  it('keeps a theme, and keeps nothing for that of the system', () => {
    const { settings, kept } = openState()
    draw(Preferences, { settings })
    expect(one<HTMLSelectElement>('theme').value).toBe('system')
    choose('theme', 'dark')
    expect([settings.theme, kept.get('theme')]).toEqual(['dark', 'dark'])
    choose('theme', 'system')
    expect([settings.theme, kept.has('theme')]).toEqual(['system', false])
  })

  it('has a label for either select, and fits the sidebar', () => {
    const { target } = draw(Preferences, { settings: openState().settings }, '14rem')
    const labels = ['language', 'theme'].map((name) => one<HTMLSelectElement>(name).labels[0]?.querySelector('span'))
    expect(labels.map((label) => label?.textContent)).toEqual([m.language(), m.theme()])
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })
})
