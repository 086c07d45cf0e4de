import { describe, expect, it } from 'vitest'
import { keysOf, SHORTCUTS, shortcutOf, type ShortcutKey } from './shortcuts'

const press = (key: string, held: Partial<ShortcutKey> = {}): ShortcutKey => ({
  key,
  code: '',
  shiftKey: false,
  ctrlKey: true,
  metaKey: false,
  altKey: false,
  ...held,
})

describe('shortcutOf', () => {
  it('knows each shortcut by Ctrl and by Cmd', () => {
    for (const { action, key, shift } of SHORTCUTS) {
      expect(shortcutOf(press(key, { shiftKey: shift }))).toBe(action)
      expect(shortcutOf(press(key, { shiftKey: shift, ctrlKey: false, metaKey: true }))).toBe(action)
    }
  })

  it('takes what keyboards give: capitals with Shift, the colon on the semicolon key, a slash that needs Shift', () => {
    expect(shortcutOf(press('O', { shiftKey: true }))).toBe('new-chat')
    expect(shortcutOf(press(':', { shiftKey: true, code: 'Semicolon' }))).toBe('copy-code')
    expect(shortcutOf(press('/', { shiftKey: true }))).toBe('help')
  })

  it('leaves everything else alone', () => {
    expect(shortcutOf(press('o'))).toBeUndefined()
    expect(shortcutOf(press('b', { shiftKey: true }))).toBeUndefined()
    expect(shortcutOf(press('b', { ctrlKey: false }))).toBeUndefined()
    expect(shortcutOf(press('b', { altKey: true }))).toBeUndefined()
    expect(shortcutOf(press('c'))).toBeUndefined() // copying stays the browser's
  })
})

describe('keysOf', () => {
  it('names the keys of the machine at hand', () => {
    expect(keysOf('new-chat', false)).toEqual(['Ctrl', 'Shift', 'O'])
    expect(keysOf('previous-chat', true)).toEqual(['⌘', '⇧', '↑'])
  })
})
