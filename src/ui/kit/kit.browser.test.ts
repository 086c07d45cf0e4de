import { flushSync } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { m } from '../../i18n'
import { all, draw, eventually, key, one, press, textOf } from '../ui.fixture'
import CopyMenu from './CopyMenu.svelte'
import Notice from './Notice.svelte'
import ShortcutHelp from './ShortcutHelp.svelte'
import Toast from './Toast.svelte'

const LONG = 'a sentence that goes on '.repeat(20)
type Action = { label: string; run: () => void } | undefined
const notice = (text: string) => ({ code: 'network' as const, text, action: undefined as Action })

describe('Notice', () => {
  it('is told to screen readers, and has a button only where something can be done', () => {
    const run = vi.fn()
    const { props } = draw(Notice, notice('Gone.'))
    expect(one('notice').getAttribute('role')).toBe('status')
    expect(textOf('notice')).toBe('Gone.')
    expect(all('notice-action')).toEqual([])
    props.action = { label: 'Again', run }
    flushSync()
    press('notice-action')
    expect(run).toHaveBeenCalledOnce()
  })

  it.each(['16rem', '60rem'])('holds a long text in %s', (width) => {
    const action = { label: 'Try again', run: () => undefined }
    const { target } = draw(Notice, { ...notice(LONG), action }, width)
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
    expect(one('notice-action').offsetHeight).toBeLessThan(45)
  })
})

describe('Toast', () => {
  it('does the one thing or goes, and keeps its buttons beside a long text', () => {
    const done: string[] = []
    const action = { label: 'Undo', run: () => done.push('undo') }
    const dismiss = { label: 'Dismiss', run: () => done.push('dismiss') }
    const { target } = draw(Toast, { testid: 'told', text: LONG, action, dismiss }, '20rem')
    press('toast-action')
    press('toast-dismiss')
    expect(done).toEqual(['undo', 'dismiss'])
    expect(one('told').getAttribute('role')).toBe('status')
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })
})

describe('CopyMenu', () => {
  function open(write: () => Promise<void> = () => Promise.resolve()) {
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(write)
    const anchor = document.createElement('button')
    document.body.append(anchor)
    const onclose = vi.fn()
    const choices = ['TeX', 'MathML', 'text'].map((label) => ({ label, text: () => `as ${label}` }))
    draw(CopyMenu, { anchor, label: 'Formula', choices, onclose })
    return { written, onclose }
  }
  const focused = () => document.activeElement?.textContent

  it('is a menu with a name, its first choice focused', () => {
    open()
    expect(one('[role=menu]').getAttribute('aria-label')).toBe('Formula')
    expect(all('[role=menuitem]')).toHaveLength(3)
    expect(focused()).toBe('TeX')
  })

  it('is walked by the arrows, round its ends', () => {
    open()
    const seen = ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp'].map((name) => {
      expect(key('[role=menu]', name).defaultPrevented).toBe(true)
      return focused()
    })
    expect(seen).toEqual(['MathML', 'text', 'TeX', 'text'])
    expect(key('[role=menu]', 'x').defaultPrevented).toBe(false)
  })

  it('copies what is chosen, and closes', async () => {
    const { written, onclose } = open()
    all('[role=menuitem]')[1]?.click()
    await eventually(() => expect(onclose).toHaveBeenCalledOnce())
    expect(written).toHaveBeenCalledWith('as MathML')
  })

  it.each(['Escape', 'Tab'])('closes with %s and copies nothing', async (name) => {
    const { written, onclose } = open()
    key('[role=menu]', name)
    await eventually(() => expect(onclose).toHaveBeenCalledOnce())
    expect(written).not.toHaveBeenCalled()
  })

  it('stays open and says so where the browser refuses', async () => {
    const { onclose } = open(() => Promise.reject(new Error('refused')))
    all('[role=menuitem]')[0]?.click()
    await eventually(() => expect(textOf('[role=status]')).toBe(m.copy_failed()))
    expect(onclose).not.toHaveBeenCalled()
  })
})

describe('ShortcutHelp', () => {
  it('is a modal sheet that lists each shortcut with its keys, and gives the focus back', async () => {
    const before = document.createElement('button')
    document.body.append(before)
    before.focus()
    const { props } = draw(ShortcutHelp, { open: true, sends: 'enter' as const })
    const sheet = one<HTMLDialogElement>('shortcuts')
    expect(sheet.matches(':modal')).toBe(true)
    expect(document.getElementById(sheet.getAttribute('aria-labelledby') ?? '')?.textContent).toBe(m.shortcuts())
    const rows = all('div > dt', sheet)
    expect(new Set(rows.map(({ textContent }) => textContent)).size).toBe(rows.length)
    for (const keys of all('div > dd', sheet)) expect(all('dd > kbd', keys).length).toBeGreaterThan(0)
    press('shortcuts-close')
    await eventually(() => expect(props.open).toBe(false))
    expect(sheet.open).toBe(false)
    expect(document.activeElement).toBe(before)
  })
})
