import { shortcutOf, type ShortcutAction } from './shortcuts'

/** The question field, where it is on the page. */
export const composer = () => document.querySelector<HTMLElement>('[data-testid=composer]')

/** What keys do anywhere on the page. @param onEscape what Escape does where no dialog uses it itself */
export function keyHandler(
  actions: Readonly<Record<ShortcutAction, () => void>>,
  onEscape: () => void,
): (event: KeyboardEvent) => void {
  return (event) => {
    const action = shortcutOf(event)
    if (action) {
      event.preventDefault()
      actions[action]()
    } else if (event.key !== 'Escape') return
    else if (event.shiftKey) composer()?.focus()
    else if (!event.isComposing && !event.defaultPrevented && !document.querySelector(':modal')) onEscape()
  }
}
