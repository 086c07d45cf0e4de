import { flushSync } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { m } from '../i18n'
import { AirGap } from '../state/site/air-gap.svelte'
import { Router } from '../state/router.svelte'
import { SearchBox } from '../state/history/search-box.svelte'
import { SiteUpdate } from '../state/site/site-update.svelte'
import Mark from './kit/Mark.svelte'
import { loaded } from './page'
import ShortcutList from './kit/ShortcutList.svelte'
import Shell from './Shell.svelte'
import {
  all,
  AppError,
  appears,
  draw,
  eventually,
  gate,
  key,
  modelList,
  one,
  openState,
  press,
  textOf,
} from './ui.fixture'

import { vaultSettings } from '../state/vault/vault.fixture'

/** A page of the table that draws the given content. */
const LAB = {
  name: 'lab',
  title: m.models,
  icon: Mark,
  load: () => Promise.resolve(loaded(ShortcutList, { sends: 'enter' as const })),
}

function open() {
  const page = openState()
  const { chat, list, drafts, queue, model, settings, health } = page
  const library = () => Promise.resolve(modelList().list)
  const box = new SearchBox({ search: () => undefined, onProgress: () => () => undefined })
  const [router, update] = [new Router(), new SiteUpdate(() => undefined)]
  draw(
    Shell,
    {
      chat,
      list,
      drafts,
      queue,
      library,
      model,
      router,
      pages: [LAB],
      settings,
      airGap: new AirGap(),
      health,
      update,
      openSearch: () => Promise.resolve(box),
      vault: () => Promise.resolve(vaultSettings().vault),
      prefill: undefined,
    },
    '60rem',
  )
  return { ...page, router, update, box }
}

const chord = (name: string, more: KeyboardEventInit) => key('composer', name, more)

describe('Shell', () => {
  it('shows the chat, or the page of the table that the router names', async () => {
    const { router } = open()
    expect(textOf('main h1')).toBe(m.product_name())
    expect(all('composer')).toHaveLength(1)
    router.page = 'lab'
    flushSync()
    await appears('main main dl')
    expect(textOf('main h1')).toBe(m.models())
    expect(all('composer')).toEqual([])
    router.page = 'nothing'
    flushSync()
    expect(all('composer')).toHaveLength(1)
  })

  it('has the title of the chat that is shown', async () => {
    const { ask } = open()
    await ask('20 + 22', '<think>x</think>42')
    flushSync()
    expect(textOf('main h1')).toBe('20 + 22')
  })

  it('opens the list over a narrow page, closes it by Escape or beside it, and leaves a wide page’s choice', async () => {
    const { settings } = open()
    const isShown = () => getComputedStyle(one('.sidebar')).visibility === 'visible'
    expect(isShown()).toBe(false)
    expect(chord('b', { ctrlKey: true }).defaultPrevented).toBe(true)
    await eventually(() => expect(isShown()).toBe(true))
    chord('Escape', {})
    expect(one('.shell').classList).not.toContain('drawer')
    press('open-drawer')
    expect(one('open-drawer').getAttribute('aria-expanded')).toBe('true')
    press('scrim')
    expect(one('open-drawer').getAttribute('aria-expanded')).toBe('false')
    expect(settings.sidebarOpen).toBe(true)
  })

  it('goes from chat to chat by shortcut', async () => {
    const { ask, chat, list } = open()
    await ask('old', '<think>x</think>y')
    chat.shown.startNew()
    await ask('new', '<think>x</think>y')
    await list.refresh()
    chord('ArrowDown', { ctrlKey: true, shiftKey: true })
    await eventually(() => expect(location.hash).toBe(`#/c/${list.items[1]?.id ?? ''}`))
    chord('o', { ctrlKey: true, shiftKey: true })
    expect(location.hash).toBe('#/')
  })

  it('copies the last answer by shortcut, and says what came of it', async () => {
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce()
    const { ask } = open()
    chord('c', { ctrlKey: true, shiftKey: true })
    expect(written).not.toHaveBeenCalled()
    await ask('a', '<think>secret</think>', '**42**')
    chord('c', { ctrlKey: true, shiftKey: true })
    await eventually(() => expect(textOf('told')).toBe(m.copied()))
    expect(written).toHaveBeenCalledWith('**42**')
    written.mockRejectedValueOnce(new Error('refused'))
    chord('c', { ctrlKey: true, shiftKey: true })
    await eventually(() => expect(textOf('told')).toBe(m.copy_failed()))
  })

  it('stops a reply with Escape, but not the Escape that ends a composition', async () => {
    const { chat, engine } = open()
    const wait = gate()
    engine.replies.push(['half', wait.opened])
    void chat.send('a')
    await eventually(() => expect(chat.live?.text).toBe('half'))
    const stop = vi.spyOn(chat, 'stop')
    chord('Escape', { isComposing: true })
    expect(stop).not.toHaveBeenCalled()
    chord('Escape', {})
    await eventually(() => expect(chat.shown.path.at(-1)?.state).toBe('stopped'))
    wait.open()
  })

  it('tells screen readers that an answer begins and ends, not each word', async () => {
    const { chat, engine } = open()
    expect(one('announcement').getAttribute('aria-live')).toBe('polite')
    const wait = gate()
    engine.replies.push(['<think>x</think>', 'y', wait.opened])
    const sent = chat.send('a')
    await eventually(() => expect(chat.live?.answer).toBe('y'))
    flushSync()
    expect(textOf('announcement')).toBe(m.answer_started())
    wait.open()
    await sent
    flushSync()
    expect(textOf('announcement')).toBe(m.answer_finished())
  })

  it('offers a new version, but not while an answer is written', async () => {
    const { chat, engine, update } = open()
    update.waiting(() => undefined)
    await appears('site-update')
    const wait = gate()
    engine.replies.push([wait.opened])
    const sent = chat.send('a')
    await eventually(() => expect(chat.live).toBeDefined())
    flushSync()
    expect(all('site-update')).toEqual([])
    wait.open()
    await sent
    flushSync()
    await appears('site-update')
    press('[data-testid=site-update] [data-part=toast-action]')
    expect(textOf('site-update')).toContain(m.update_taking())
    expect(document.querySelector('[data-part=toast-action]')).toBeNull()
    press('[data-testid=site-update] [data-part=toast-dismiss]')
    expect(all('site-update')).toEqual([])
  })

  it('says above the composer what no reply says: trouble with the model, and with storage', async () => {
    const { model, health } = open()
    model.state = 'error'
    model.error = new AppError('no-webgpu', 'None.', { retry: 'never' })
    health.problem = new AppError('storage-full', 'Full.', { retry: 'later' })
    await appears('notice')
    expect(all('notice').map(({ dataset }) => dataset['code'])).toEqual(['no-webgpu', 'storage-full'])
    press('notice-action')
    expect(location.hash).toBe('#/models')
    model.error = new AppError('load-failed', 'No.', { retry: 'now' })
    flushSync()
    expect(all('notice-action')).toEqual([])
  })

  it('asks the suggestion that is pressed, and makes room for the conversation', async () => {
    const { chat, engine } = open()
    engine.replies.push(['<think>x</think>y'])
    press('suggestion')
    await eventually(() => expect(chat.shown.path.at(-1)?.state).toBe('done'))
    flushSync()
    expect(all('suggestion')).toEqual([])
    await eventually(() => expect(all('message')).toHaveLength(2))
  })

  it('lays out a long chat in groups, each message once and in order', async () => {
    const { ask } = open()
    for (let turn = 0; turn < 10; turn += 1) await ask(String(turn), '<think>x</think>y')
    flushSync()
    const questions = () => all('[data-role=user] p').map(({ textContent }) => textContent)
    expect(questions()).toEqual(Array.from({ length: 10 }, (_, turn) => String(turn)))
    const skipped = all('.column *').filter((part) => getComputedStyle(part).contentVisibility === 'auto')
    expect(skipped.length).toBe(2) // eight turns in one group, and the ninth of the last
  })
})
