import Archive from '@lucide/svelte/icons/archive'
import Boxes from '@lucide/svelte/icons/boxes'
import Flask from '@lucide/svelte/icons/flask-conical'
import SettingsIcon from '@lucide/svelte/icons/settings'
import Search from '@lucide/svelte/icons/search'
import { m } from '../i18n'
import { SHARED } from '../state/router.svelte'
import { loaded, loadedNote, type PageEntry } from '../ui/page'
import type { AppContext } from './compose'

/** The parts that pages are made of. */
type PageContext = Pick<
  AppContext,
  'airGap' | 'library' | 'model' | 'chat' | 'list' | 'openSearch' | 'archive' | 'backup' | 'storageUse' | 'lab'
>

/** Parts that nobody waits for are fetched this long after the page, in ms. */
const LATER_MS = 1500

/** Every page except the chat, in the order of the sidebar: a new page is only an entry here. */
export function pagesOf({
  library,
  model,
  chat,
  list,
  openSearch,
  archive,
  backup,
  storageUse,
  airGap,
  lab,
}: PageContext): readonly PageEntry[] {
  return [
    {
      name: 'search',
      title: m.search,
      icon: Search,
      unlisted: true,
      load: async () => {
        const [box, { default: SearchPage }] = await Promise.all([
          openSearch(),
          import('../ui/search/SearchPage.svelte'),
        ])
        return loaded(SearchPage, { box })
      },
    },
    {
      name: SHARED,
      title: m.shared_chat,
      icon: Archive,
      unlisted: true,
      load: async () => loaded((await import('../ui/history/DamagedLink.svelte')).default, {}),
    },
    {
      name: 'ledger',
      title: m.ledger,
      icon: Archive,
      unlisted: true,
      load: async () => {
        const [{ Ledger }, { default: LedgerPage }] = await Promise.all([
          import('../state/ledger.svelte'),
          import('../ui/ledger/LedgerPage.svelte'),
        ])
        return loaded(LedgerPage, { ledger: new Ledger() })
      },
    },
    {
      name: 'history',
      title: m.history,
      icon: Archive,
      note: async () => {
        await new Promise((resolve) => setTimeout(resolve, LATER_MS))
        const [own, { default: BackupNote }] = await Promise.all([backup(), import('../ui/sidebar/BackupNote.svelte')])
        return loadedNote(BackupNote, own)
      },
      load: async () => {
        const [opened, copies, use, { default: HistoryPage }] = await Promise.all([
          archive(),
          backup(),
          storageUse(),
          import('../ui/history/HistoryPage.svelte'),
        ])
        return loaded(HistoryPage, { archive: opened, ...copies, use, chat, list })
      },
    },
    {
      name: 'models',
      title: m.models,
      icon: Boxes,
      load: async () => {
        const [opened, { default: ModelsPage }] = await Promise.all([
          library(),
          import('../ui/models/ModelsPage.svelte'),
        ])
        return loaded(ModelsPage, { library: opened })
      },
    },
    {
      name: 'lab',
      title: m.lab,
      icon: Flask,
      // A run that was broken off goes on, whatever page is opened.
      note: async () => {
        await new Promise((resolve) => setTimeout(resolve, LATER_MS))
        const [opened, { default: LabNote }] = await Promise.all([lab(), import('../ui/lab/LabNote.svelte')])
        await opened.resume()
        return loadedNote(LabNote, { opened })
      },
      load: async () => {
        const [opened, { default: LabPage }] = await Promise.all([lab(), import('../ui/lab/LabPage.svelte')])
        return loaded(LabPage, { lab: await opened.open() })
      },
    },
    {
      name: 'settings',
      title: m.settings,
      icon: SettingsIcon,
      load: async () => {
        const [use, { default: SettingsPage }] = await Promise.all([
          storageUse(),
          import('../ui/settings/SettingsPage.svelte'),
        ])
        return loaded(SettingsPage, { model, airGap, use, chats: () => list.items.length })
      },
    },
  ]
}
