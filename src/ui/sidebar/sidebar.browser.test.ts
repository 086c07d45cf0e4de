import { flushSync } from 'svelte'
import type { Conversation } from '../../conversations/conversations'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chooseLocale, m } from '../../i18n'
import {
  all,
  appears,
  draw,
  eventually,
  gate,
  key,
  LANGUAGES,
  one,
  openState,
  press,
  textOf,
  write,
} from '../ui.fixture'
import Mark from '../kit/Mark.svelte'
import ChatItem from './ChatItem.svelte'
import Sidebar from './Sidebar.svelte'
import UndoDelete from './UndoDelete.svelte'

afterEach(() => vi.useRealTimers())

const PAGES = [{ name: 'models', title: m.models, icon: Mark, load: () => Promise.reject(new Error('not asked for')) }]

const CONVERSATION = { id: 'one', title: 'Sums', createdAt: 1, updatedAt: 1, leafId: null } as never

function openItem(title = 'Sums', more: Partial<Conversation> = {}, selected?: boolean) {
  const told: string[] = []
  const tell = (name: string) => () => void told.push(name)
  const drawn = draw(
    ChatItem,
    {
      conversation: { ...(CONVERSATION as object), title, ...more } as never,
      current: false,
      selected,
      onrename: (given: string) => void told.push(`rename ${given}`),
      onpin: tell('pin'),
      onmove: tell('move'),
      onfork: tell('fork'),
      onexport: tell('export'),
      ondelete: tell('delete'),
      onopen: tell('open'),
      onselect: (range: boolean) => void told.push(range ? 'select range' : 'select'),
    },
    '16rem',
  )
  return { told, ...drawn }
}

/** Opens the menu of a row and chooses an entry in it. */
function choose(name: string, within: ParentNode = document) {
  press('chat-menu', within)
  press(name, within)
}

const titles = () => all('chat-item').map((item) => item.textContent.trim())

async function openSidebar(...questions: string[]) {
  const page = openState()
  const told: string[] = []
  for (const question of questions) {
    page.chat.shown.startNew()
    await page.ask(question, '<think>x</think>y')
  }
  await page.list.refresh()
  const { chat, list, settings } = page
  const { target } = draw(
    Sidebar,
    {
      chat,
      list,
      pages: PAGES,
      settings,
      onsearch: () => told.push('search'),
      onchoose: () => told.push('choose'),
      onhide: () => told.push('hide'),
    },
    '16rem',
  )
  target.style.height = '40rem'
  await appears('chat-list')
  if (questions.length > 0) await appears('chat-item')
  return { ...page, told }
}

describe('ChatItem', () => {
  it('leads to its chat, and says which one is shown', () => {
    const { told, props } = openItem()
    const link = one('[data-testid=chat-item] a')
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
    expect(one('[data-testid=chat-item] a').title).toBe(title)
    expect(one('[data-testid=chat-item] a').offsetHeight).toBeLessThan(45)
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })

  it.each([
    ['Enter', () => key('title', 'Enter')],
    ['leaving the field', () => one('title').blur()],
  ])('is renamed by %s', (_name, finish) => {
    const { told } = openItem()
    choose('rename')
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
    choose('rename')
    write('title', '名')
    key('title', 'Enter', { isComposing: true })
    expect(all('title')).toHaveLength(1)
    key('title', 'Escape')
    expect(all('title')).toEqual([])
    expect(told).toEqual([])
    expect(textOf('[data-testid=chat-item] a')).toBe('Sums')
  })

  it.each(['pin', 'move', 'fork', 'export', 'select', 'delete'])(
    'tells that %s was chosen, and closes its menu',
    async (name) => {
      const { told } = openItem()
      choose(name)
      expect(told).toEqual([name])
      await eventually(() => {
        flushSync()
        expect(all('[role=menu]')).toEqual([])
      })
      expect(document.activeElement).toBe(one('chat-menu'))
    },
  )

  it('is walked through by the arrow keys, and closed by Escape', () => {
    openItem()
    press('chat-menu')
    expect(document.activeElement).toBe(one('pin'))
    key('pin', 'ArrowDown')
    expect(document.activeElement).toBe(one('rename'))
    key('rename', 'End')
    expect(document.activeElement).toBe(one('delete'))
    key('delete', 'ArrowDown')
    expect(document.activeElement).toBe(one('pin'))
    key('pin', 'ArrowUp')
    expect(document.activeElement).toBe(one('delete'))
    key('delete', 'Escape')
    expect(document.activeElement).toBe(one('chat-menu'))
  })

  it('offers to take the pin off what is pinned', () => {
    openItem('Sums', { pinned: true })
    press('chat-menu')
    expect(textOf('pin')).toBe(m.chat_unpin())
  })

  it('is a box to tick while chats are selected', () => {
    const { told } = openItem('Sums', {}, true)
    expect(one<HTMLInputElement>('selected').checked).toBe(true)
    expect(all('chat-menu')).toEqual([])
    one('selected').dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true }))
    press('selected')
    expect(told).toEqual(['select range', 'select'])
  })

  it('names its buttons in both languages', () => {
    for (const language of LANGUAGES) {
      chooseLocale(language)
      const { target, told } = openItem()
      expect(one('chat-menu', target).getAttribute('aria-label')).toBe(m.chat_menu({ title: 'Sums' }))
      press('chat-menu', target)
      expect(all('[role=menuitem]', target).map((item) => item.textContent)).toEqual([
        m.chat_pin(),
        m.rename(),
        m.chat_move(),
        m.chat_fork(),
        m.chat_export(),
        m.chat_select(),
        m.delete(),
      ])
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
    choose('rename')
    write('title', '  Sums  ')
    key('title', 'Enter')
    await eventually(() => expect(textOf('[data-testid=chat-item] a')).toBe('Sums'))
  })

  it('deletes the chat that is shown, leaves it, and leaves the others alone', async () => {
    const { chat, list } = await openSidebar('old', 'new')
    location.hash = `#/c/${chat.shown.conversation?.id ?? ''}`
    choose('delete', all('chat-item')[0])
    await eventually(() => expect(list.items).toHaveLength(1))
    flushSync()
    expect(location.hash).toBe('#/')
    expect(all('chat-item').map((item) => item.textContent.trim())).toEqual(['old'])
    expect(list.removed[0]?.conversation.title).toBe('new')
  })

  it('stops the reply of a chat that is deleted', async () => {
    const page = await openSidebar('old')
    const wait = gate()
    page.engine.replies.push(['half', wait.opened])
    void page.chat.send('b')
    await eventually(() => expect(page.chat.live?.text).toBe('half'))
    choose('delete')
    await eventually(() => expect(page.chat.live).toBeUndefined())
    await eventually(() => expect(page.list.items).toEqual([]))
    wait.open()
  })

  it('pins, moves into a folder, opens and closes it', async () => {
    const { chat } = await openSidebar('old', 'new')
    choose('pin', all('chat-item')[1])
    await eventually(() => {
      flushSync()
      expect(titles()).toEqual(['old', 'new'])
    })
    chat.shown.startNew()
    choose('move', all('chat-item')[1])
    write('folder-name', ' Work ')
    press('folder-create')
    await eventually(() => {
      flushSync()
      expect(textOf('folder')).toBe('Work 1')
    })
    expect(titles()).toEqual(['old', 'new'])
    press('folder')
    await eventually(() => expect(titles()).toEqual(['old']))
    expect(one('folder').getAttribute('aria-expanded')).toBe('false')
    press('folder')
    await eventually(() => expect(titles()).toEqual(['old', 'new']))
    choose('move', all('chat-item')[1])
    press('folder-none')
    await eventually(() => {
      flushSync()
      expect(all('folder')).toEqual([])
    })
  })

  it('copies a chat and shows the copy', async () => {
    const { list } = await openSidebar('old')
    choose('fork')
    await eventually(() => expect(list.items).toHaveLength(2))
    const copy = list.items.find(({ title }) => title === m.chat_copy_title({ title: 'old' }))
    await eventually(() => expect(location.hash).toBe(`#/c/${copy?.id ?? ''}`))
  })

  it('deletes a range of chats that was selected, and nothing else', async () => {
    const { list } = await openSidebar('a', 'b', 'c', 'd')
    choose('select', all('chat-item')[1])
    await eventually(() => expect(one('selection').dataset['count']).toBe('1'))
    all('selected')[2]?.dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true, cancelable: true }))
    flushSync()
    expect(one('selection').dataset['count']).toBe('2')
    press('selection-delete')
    await eventually(() => expect(list.items.map(({ title }) => title)).toEqual(['d', 'a']))
    expect(list.removed).toHaveLength(2)
    flushSync()
    expect(all('selection')).toEqual([])
  })

  it('draws no more of many chats than are in sight', async () => {
    const { store, list } = await openSidebar()
    const many = Array.from({ length: 3000 }, (_, index) => ({
      conversation: { ...(CONVERSATION as object), id: `c${index}`, title: `chat ${index}`, updatedAt: index } as never,
      messages: [],
    }))
    await store.restore(many)
    await list.fill()
    await appears('chat-item')
    expect(list.items).toHaveLength(3000)
    expect(all('chat-item').length).toBeLessThan(60)
    one('chat-list').scrollTop = one('chat-list').scrollHeight
    await eventually(() => expect(titles().at(-1)).toBe('chat 0'))
    expect(all('chat-item').length).toBeLessThan(80)
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
    await page.edits.remove([id])
    flushSync()
    return { ...page, id }
  }

  it('names what was deleted, and brings it back into the list without leaving the chat that is shown', async () => {
    const { list, id } = await openUndo()
    expect(textOf('[data-testid=undo-delete] span')).toBe(m.deleted({ title: 'sums' }))
    press('toast-action')
    await eventually(() => expect(list.items.map((item) => item.id)).toEqual([id]))
    expect(location.hash).toBe('')
    flushSync()
    expect(all('undo-delete')).toEqual([])
  })

  it('goes when it is dismissed', async () => {
    const { list } = await openUndo()
    press('toast-dismiss')
    expect(all('undo-delete')).toEqual([])
    expect(list.removed).toEqual([])
  })

  it('goes by itself after ten seconds, not before', async () => {
    const page = await openUndo()
    press('toast-dismiss')
    vi.useFakeTimers()
    page.list.removed = [{ conversation: { title: 'again' } }] as never
    flushSync()
    vi.advanceTimersByTime(9_000)
    flushSync()
    expect(all('undo-delete')).toHaveLength(1)
    vi.advanceTimersByTime(2_000)
    flushSync()
    expect(all('undo-delete')).toEqual([])
  })
})
