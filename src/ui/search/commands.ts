import { m } from '../../i18n'
import { isApple } from '../../platform/browser-facts'
import { TEMPORARY } from '../../state/router.svelte'
import type { PageEntry } from '../page'
import { SHORTCUT_NAMES } from '../shortcut-names'
import { keysOf, SHORTCUTS, type ShortcutAction } from '../shortcuts'

/** An action in the search box. */
export interface Command {
  readonly name: string
  /** Keys for the same action, as people read them. */
  readonly keys: readonly string[]
  readonly run: () => void
}

/** Every action that has a shortcut, and every page. @param act does the action of a shortcut */
export function commandsOf(pages: readonly PageEntry[], act: (action: ShortcutAction) => void): Command[] {
  const apple = isApple()
  const goTo = (address: string) => () => {
    location.hash = address
  }
  const actions = SHORTCUTS.filter(({ action }) => action !== 'search').map(({ action }) => ({
    name: SHORTCUT_NAMES[action](),
    keys: keysOf(action, apple),
    run: () => act(action),
  }))
  // A page that a shortcut opens is listed once.
  const others = pages.filter(({ title }) => actions.every(({ name }) => name !== title()))
  return [
    ...actions,
    { name: m.temporary_chat(), keys: [], run: goTo(`#/${TEMPORARY}`) },
    ...others.map(({ name, title }) => ({ name: title(), keys: [], run: goTo(`#/${name}`) })),
  ]
}

/** Commands whose names have every word of the text, in any place; all for an empty text. */
export function commandsFor(commands: readonly Command[], text: string): Command[] {
  const words = text.replace(/^>/, '').toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return commands.filter(({ name }) => words.every((word) => name.toLocaleLowerCase().includes(word)))
}
