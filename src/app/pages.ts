import Archive from '@lucide/svelte/icons/archive'
import Boxes from '@lucide/svelte/icons/boxes'
import Flask from '@lucide/svelte/icons/flask-conical'
import SettingsIcon from '@lucide/svelte/icons/settings'
import Search from '@lucide/svelte/icons/search'
import { m } from '../i18n'
import { AppError } from '../shared/errors'
import { SHARED } from '../state/router.svelte'
import type { PageEntry } from '../ui/page'
import type { AppContext } from './compose'

/** The parts that pages are made of. */
export type PageContext = Pick<
  AppContext,
  | 'airGap'
  | 'library'
  | 'model'
  | 'chat'
  | 'list'
  | 'openSearch'
  | 'archive'
  | 'backup'
  | 'storageUse'
  | 'vault'
  | 'lab'
>

/** Notes, for which nobody waits, are fetched this long after the page, in ms. */
const LATER_MS = 1500

/** Every page except the chat, in the order of the sidebar: a new page is an entry here, and one in page-loads.ts. */
export function pagesOf(context: PageContext): readonly PageEntry[] {
  const entry = (name: string, title: () => string, icon: PageEntry['icon'], unlisted?: true): PageEntry => ({
    name,
    title,
    icon,
    ...(unlisted && { unlisted }),
    load: async () => await found((await import('./page-loads')).PAGE_LOADS[name])(context),
  })
  const withNote = (page: PageEntry): PageEntry => ({
    ...page,
    note: async () => {
      await new Promise((resolve) => setTimeout(resolve, LATER_MS))
      return await found((await import('./page-loads')).NOTE_LOADS[page.name])(context)
    },
  })
  return [
    entry('search', m.search, Search, true),
    entry(SHARED, m.shared_chat, Archive, true),
    entry('ledger', m.ledger, Archive, true),
    withNote(entry('history', m.history, Archive)),
    entry('models', m.models, Boxes),
    withNote(entry('lab', m.lab, Flask)),
    withNote(entry('settings', m.settings, SettingsIcon)),
  ]
}

function found<T>(load: T | undefined): T {
  if (load === undefined) throw new AppError('page-incomplete', 'A page has no way to be loaded.', { retry: 'never' })
  return load
}
