/** Actions for the keyboard that work anywhere; the help sheet shows them in this order. */
export const SHORTCUTS = [
  { action: 'search', key: 'k', shift: false },
  { action: 'new-chat', key: 'o', shift: true },
  { action: 'sidebar', key: 'b', shift: false },
  { action: 'previous-chat', key: 'ArrowUp', shift: true },
  { action: 'next-chat', key: 'ArrowDown', shift: true },
  { action: 'answer-now', key: 'Enter', shift: true },
  { action: 'copy-answer', key: 'c', shift: true },
  { action: 'copy-code', key: ';', shift: true },
  { action: 'settings', key: ',', shift: false },
  { action: 'lock', key: 'l', shift: true },
  { action: 'forget', key: '.', shift: true },
  { action: 'help', key: '/', shift: false },
] as const

export type ShortcutAction = (typeof SHORTCUTS)[number]['action']

/** The parts of a KeyboardEvent that decide which shortcut it is. */
export type ShortcutKey = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** With Shift, layouts give other characters on these keys, so the key itself decides. */
const CODES: Readonly<Record<string, string>> = { ';': 'Semicolon', '.': 'Period' }

/** The action of a key press with Ctrl (or Cmd), if it is one. */
export function shortcutOf(event: ShortcutKey): ShortcutAction | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return undefined
  return SHORTCUTS.find(({ key, shift }) => {
    // A slash needs Shift on some keyboards.
    if (key !== '/' && shift !== event.shiftKey) return false
    return event.key.toLowerCase() === key.toLowerCase() || event.code === CODES[key]
  })?.action
}

/** The keys as people read them, such as Ctrl Shift O. */
export function keysOf(action: ShortcutAction, apple: boolean): string[] {
  const found = SHORTCUTS.find((shortcut) => shortcut.action === action)
  if (!found) return []
  const key = { ArrowUp: '↑', ArrowDown: '↓' }[found.key as string] ?? found.key.toUpperCase()
  return [apple ? '⌘' : 'Ctrl', ...(found.shift ? [apple ? '⇧' : 'Shift'] : []), key]
}
