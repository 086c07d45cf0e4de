import { flushSync } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chooseLocale, m } from '../../i18n'
import { all, draw, eventually, gate, key, LANGUAGES, one, openState, press, textOf, write } from '../ui.fixture'
import Mark from '../kit/Mark.svelte'
import ChatItem from './ChatItem.svelte'
import Sidebar from './Sidebar.svelte'
import UndoDelete from './UndoDelete.svelte'

afterEach(() => vi.useRealTimers())

const PAGES = [{ name: 'models', title: m.models, icon: Mark, load: () => Promise.reject(new Error('not asked for')) }]

const CONVERSATION = { id: 'one', title: 'Sums', createdAt: 1, updatedAt: 1, leafId: null } as never

function openItem(title = 'Sums') {
  const told: string[] = []
  const drawn = draw(
    ChatItem,
    {
      conversation: { ...(CONVERSATION as object), title } as never,
      current: false,
      onrename: (given: string) => told.push(`rename ${given}`),
      ondelete: () => told.push('delete'),
      onopen: () => told.push('open'),
    },
    '16rem',
  )
  return { told, ...drawn }
}

async function openSidebar(...questions: string[]) {
  const page = openState()
  const told: string[] = []
  for (const question of questions) {
    page.chat.shown.startNew()
    await page.ask(question, '<think>x</think>y')
  }
  await page.list.refresh()
  const { chat, list, settings } = page
  draw(
    Sidebar,
    { chat, list, pages: PAGES, settings, onchoose: () => told.push('choose'), onhide: () => told.push('hide') },
    '16rem',
  )
  return { ...page, told }
}

describe('ChatItem', () => {
  it('leads to its chat, and says which one is shown', () => {
    const { told, props } = openItem()
    const link = one('li a')
    expect(link.getAttribute('href')).toBe('#/c/one')
    expect(link.getAttribute('aria-current')).toBeNull()
    props.current = true
    flushSync()
    expect(link.getAttribute('aria-current')).toBe('page')
    link.click()
    expect(told).toEqual(['open'])
  })

  it('keeps a long title on one line, whole in its tooltip', () => {
    const title = '很长的标题'.repeat(40)
    const { target } = openItem(title)
    expect(one('li a').title).toBe(title)
    expect(one('li a').offsetHeight).toBeLessThan(45)
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })

  it.each([
    ['Enter', () => key('title', 'Enter')],
    ['leaving the field', () => one('title').blur()],
  ])('is renamed by %s', (_name, finish) => {
    const { told } = openItem()
    press('rename')
    expect(document.activeElement).toBe(one('title'))
    expect(one('title').getAttribute('aria-label')).toBe(m.rename_label())
    write('title', 'Other')
    finish()
    flushSync()
    expect(told).toEqual(['rename Other'])
    expect(all('title')).toEqual([])
  })

  it('keeps its title after Escape, and its field during a composition', () => {
    const { told } = openItem()
    press('rename')
    write('title', '名')
    key('title', 'Enter', { isComposing: true })
    expect(all('title')).toHaveLength(1)
    key('title', 'Escape')
    expect(all('title')).toEqual([])
    expect(told).toEqual([])
    expect(textOf('li a')).toBe('Sums')
  })

  it('names its buttons in both languages', () => {
    for (const language of LANGUAGES) {
      chooseLocale(language)
      const { target, told } = openItem()
      expect(one('rename', target).getAttribute('aria-label')).toBe(m.rename())
      expect(one('delete', target).title).toBe(m.delete())
      press('delete', target)
      expect(told).toEqual(['delete'])
    }
  })
})

describe('Sidebar', () => {
  it('says that there are no chats, and that they stay here', async () => {
    await openSidebar()
    expect(textOf('chats-empty')).toBe(m.chats_empty())
    expect(all('chat-item')).toEqual([])
    expect(one('main nav').getAttribute('aria-label')).toBe(m.chats())
  })

  it('lists chats, newest first, with the one that is shown marked', async () => {
    const { told } = await openSidebar('old', 'new')
    expect(all('chat-item').map((item) => item.textContent.trim())).toEqual(['new', 'old'])
    expect(all('[aria-current=page]').map((link) => link.textContent.trim())).toEqual(['new'])
    expect(all('chats-empty')).toEqual([])
    press('close-sidebar')
    press('new-chat')
    expect(told).toEqual(['hide', 'choose'])
  })

  it('leads to every page of the table', async () => {
    const { told } = await openSidebar()
    expect(one('models-link').getAttribute('href')).toBe('#/models')
    expect(textOf('models-link')).toBe(m.models())
    press('models-link')
    expect(told).toEqual(['choose'])
  })

  it('renames a chat', async () => {
    await openSidebar('old')
    press('rename')
    write('title', '  Sums  ')
    key('title', 'Enter')
    await eventually(() => expect(textOf('[data-testid=chat-item] a')).toBe('Sums'))
  })

  it('deletes the chat that is shown, leaves it, and leaves the others alone', async () => {
    const { chat, list } = await openSidebar('old', 'new')
    location.hash = `#/c/${chat.shown.conversation?.id ?? ''}`
    press('delete', all('chat-item')[0])
    await eventually(() => expect(list.items).toHaveLength(1))
    flushSync()
    expect(location.hash).toBe('#/')
    expect(all('chat-item').map((item) => item.textContent.trim())).toEqual(['old'])
    expect(list.removed?.conversation.title).toBe('new')
  })

  it('stops the reply of a chat that is deleted', async () => {
    const page = await openSidebar('old')
    const wait = gate()
    page.engine.replies.push(['half', wait.opened])
    void page.chat.send('b')
    await eventually(() => expect(page.chat.live?.text).toBe('half'))
    press('delete')
    await eventually(() => expect(page.chat.live).toBeUndefined())
    await eventually(() => expect(page.list.items).toEqual([]))
    wait.open()
  })

  it('offers older chats where there are some', async () => {
    const { list } = await openSidebar('old')
    expect(all('load-more')).toEqual([])
    const more = vi.spyOn(list, 'loadMore').mockResolvedValue()
    list.more = true
    flushSync()
    press('load-more')
    expect(more).toHaveBeenCalledOnce()
  })
})

describe('UndoDelete', () => {
  async function openUndo() {
    const page = openState()
    await page.ask('sums', '<think>x</think>y')
    await page.list.refresh()
    const id = page.list.items[0]?.id
    if (!id) throw new Error('not listed')
    draw(UndoDelete, { list: page.list })
    expect(all('undo-delete')).toEqual([])
    await page.list.remove(id)
    flushSync()
    return { ...page, id }
  }

  it('names what was deleted, and brings it back into view', async () => {
    const { list, id } = await openUndo()
    expect(textOf('[data-testid=undo-delete] span')).toBe(m.deleted({ title: 'sums' }))
    press('toast-action')
    await eventually(() => expect(list.items.map((item) => item.id)).toEqual([id]))
    await eventually(() => expect(location.hash).toBe(`#/c/${id}`))
    flushSync()
    expect(all('undo-delete')).toEqual([])
  })

  it('goes when it is dismissed', async () => {
    const { list } = await openUndo()
    press('toast-dismiss')
    expect(all('undo-delete')).toEqual([])
    expect(list.removed).toBeUndefined()
  })

  it('goes by itself after ten seconds, not before', async () => {
    const page = await openUndo()
    press('toast-dismiss')
    vi.useFakeTimers()
    page.list.removed = { conversation: { title: 'again' } } as never
    flushSync()
    vi.advanceTimersByTime(9_000)
    flushSync()
    expect(all('undo-delete')).toHaveLength(1)
    vi.advanceTimersByTime(2_000)
    flushSync()
    expect(all('undo-delete')).toEqual([])
  })
})
