import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import type { IndexProgress, SearchAnswer, SearchQuery } from '../../search/search'
import { omit } from '../../shared/omit'
import { SearchBox } from '../../state/history/search-box.svelte'
import { chooseLocale, m } from '../../i18n'
import Mark from '../kit/Mark.svelte'
import { all, appears, draw, eventually, key, LANGUAGES, one, press, textOf, write } from '../ui.fixture'
import { commandsFor, commandsOf } from './commands'
import SearchDialog from './SearchDialog.svelte'
import SearchPanel from './SearchPanel.svelte'

const PAGES = [{ name: 'models', title: m.models, icon: Mark, load: () => Promise.reject(new Error('not asked for')) }]
const HIT = {
  conversationId: 'c',
  messageId: 'r',
  part: 'answer',
  title: 'Heat pumps',
  at: 0,
  snippet: [
    { text: 'It moves ', marked: false },
    { text: 'warmth', marked: true },
  ],
} as unknown as SearchAnswer['hits'][number]
const TITLE = {
  ...omit(HIT, 'messageId'),
  part: 'title',
  conversationId: 'd',
} as unknown as SearchAnswer['hits'][number]

/** A box whose index answers with these hits. */
function boxOf(...hits: SearchAnswer['hits']) {
  const asked: SearchQuery[] = []
  const listeners: ((progress: IndexProgress | 'failed') => void)[] = []
  const box = new SearchBox({
    search: (query, onAnswer) => {
      asked.push(query)
      onAnswer({ hits, total: hits.length, complete: true })
    },
    onProgress: (listener) => {
      listeners.push(listener)
      return () => undefined
    },
  })
  const tell = (progress: IndexProgress | 'failed') => {
    for (const listener of listeners) listener(progress)
    flushSync()
  }
  return { box, asked, tell }
}

function openPanel(...hits: SearchAnswer['hits']) {
  const opened = boxOf(...hits)
  const told: string[] = []
  const commands = commandsOf(PAGES, (action) => void told.push(action))
  draw(SearchPanel, { box: opened.box, commands, locale: 'en', onchoose: () => void told.push('chosen') })
  return { ...opened, told, commands }
}

describe('commands', () => {
  it('are every action with its keys, and every page', () => {
    const commands = commandsOf(PAGES, () => undefined)
    expect(commands.find(({ name }) => name === m.new_chat())?.keys).toEqual(['Ctrl', 'Shift', 'O'])
    expect(commands.map(({ name }) => name)).toContain(m.models())
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length)
  })

  it('are found by words of their names, wherever these stand', () => {
    const commands = commandsOf(PAGES, () => undefined)
    expect(commandsFor(commands, '')).toEqual(commands)
    expect(commandsFor(commands, '>')).toEqual(commands)
    expect(commandsFor(commands, 'CHAT new').map(({ name }) => name)).toEqual([m.new_chat()])
    expect(commandsFor(commands, 'xyz')).toEqual([])
  })
})

describe('SearchPanel', () => {
  it('lists all commands before anything is typed, and runs the one that is chosen', () => {
    const { told, commands } = openPanel(HIT)
    expect(all('command')).toHaveLength(commands.length)
    expect(all('search-hit')).toEqual([])
    expect(document.activeElement).toBe(one('search'))
    key('search', 'Enter')
    expect(told).toEqual(['chosen', 'new-chat'])
  })

  it('shows what was found, with its matches marked, and leads there', () => {
    const { told, asked } = openPanel(HIT, TITLE)
    write('search', 'warmth')
    expect(asked.at(-1)).toEqual({ text: 'warmth', thoughts: false })
    expect(all('search-hit').map((hit) => hit.getAttribute('href'))).toEqual(['#/c/c/r', '#/c/d'])
    expect(textOf('[data-testid=search-hit] mark')).toBe('warmth')
    expect(textOf('search-status')).toBe(m.search_found({ count: 2 }))
    press('search-hit')
    expect(told).toEqual(['chosen'])
  })

  it('is walked through by the arrow keys', () => {
    openPanel(HIT, TITLE)
    write('search', 'warmth')
    const selected = () => all('[role=option]').findIndex((option) => option.ariaSelected === 'true')
    expect(selected()).toBe(0)
    key('search', 'ArrowDown')
    expect(selected()).toBe(1)
    expect(one('search').getAttribute('aria-activedescendant')).toBe(all('[role=option]')[1]?.id)
    key('search', 'ArrowDown')
    expect(selected()).toBe(0)
    key('search', 'ArrowUp')
    expect(selected()).toBe(1)
    key('search', 'Enter', { isComposing: true })
    expect(location.hash).toBe('')
    key('search', 'Enter')
    expect(location.hash).toBe('#/c/d')
  })

  it('asks with the filters that are set, and keeps them open while they are', () => {
    const { asked, tell } = openPanel(HIT)
    write('search', 'x')
    press('search-filters')
    tell({ done: 1, total: 1, models: ['nano', 'r1'] })
    press('search-thoughts')
    const model = one<HTMLSelectElement>('search-model')
    expect([...model.options].map(({ value }) => value)).toEqual(['', 'nano', 'r1'])
    model.value = 'r1'
    model.dispatchEvent(new Event('change', { bubbles: true }))
    write('search-from', '2026-07-01')
    write('search-to', '2026-07-01')
    const from = new Date(2026, 6, 1).getTime()
    expect(asked.at(-1)).toEqual({
      text: 'x',
      thoughts: true,
      modelId: 'r1',
      from,
      to: new Date(2026, 6, 2).getTime() - 1,
    })
  })

  it.each(LANGUAGES)('says in %s that the index is not complete, and that it failed', (language) => {
    chooseLocale(language)
    const { tell } = openPanel()
    tell({ done: 3, total: 9, models: [] })
    expect(textOf('search-status')).toBe(m.search_indexing({ done: 3, total: 9 }))
    tell('failed')
    expect(textOf('search-status')).toBe(m.search_failed())
  })

  it('asks again when more has been indexed', () => {
    const { asked, tell } = openPanel(HIT)
    write('search', 'x')
    const before = asked.length
    tell({ done: 4, total: 9, models: [] })
    expect(asked).toHaveLength(before)
    tell({ done: 9, total: 9, models: [] })
    expect(asked).toHaveLength(before + 1)
  })
})

describe('SearchDialog', () => {
  it('has the focus in its field, and gives it back', async () => {
    const { box } = boxOf()
    const button = document.createElement('button')
    document.body.append(button)
    button.focus()
    let closed = 0
    draw(SearchDialog, {
      openSearch: () => Promise.resolve(box),
      pages: PAGES,
      locale: 'en',
      act: () => undefined,
      onclose: () => void (closed += 1),
    })
    await appears('search')
    await eventually(() => expect(document.activeElement).toBe(one('search')))
    write('search', 'x')
    key('search', 'Escape', { isComposing: true })
    expect(one<HTMLDialogElement>('search-dialog').open).toBe(true)
    key('search', 'Escape')
    await eventually(() => expect(closed).toBe(1))
    expect(document.activeElement).toBe(button)
  })
})
