import { SHARED } from '../state/router.svelte'
import { loaded, loadedNote, type LoadedNote, type LoadedPage } from '../ui/page'
import type { PageContext } from './pages'

type Load<T> = (context: PageContext) => Promise<T>

/** Fetches each page, by its name. In a chunk of their own: the first paint needs none of them. */
export const PAGE_LOADS: Readonly<Record<string, Load<LoadedPage>>> = {
  search: async ({ openSearch }) => {
    const [box, { default: SearchPage }] = await Promise.all([openSearch(), import('../ui/search/SearchPage.svelte')])
    return loaded(SearchPage, { box })
  },
  [SHARED]: async () => loaded((await import('../ui/history/DamagedLink.svelte')).default, {}),
  ledger: async () => {
    const [{ Ledger }, { default: LedgerPage }] = await Promise.all([
      import('../state/site/ledger.svelte'),
      import('../ui/ledger/LedgerPage.svelte'),
    ])
    return loaded(LedgerPage, { ledger: new Ledger() })
  },
  history: async ({ archive, backup, storageUse, chat, list, lab }) => {
    const [opened, copies, use, { default: HistoryPage }] = await Promise.all([
      archive(),
      backup(),
      storageUse(),
      import('../ui/history/HistoryPage.svelte'),
    ])
    return loaded(HistoryPage, { archive: opened, ...copies, use, chat, list, lab: async () => (await lab()).open() })
  },
  models: async ({ library }) => {
    const [opened, { default: ModelsPage }] = await Promise.all([library(), import('../ui/models/ModelsPage.svelte')])
    return loaded(ModelsPage, { library: opened })
  },
  lab: async ({ lab }) => {
    const [opened, { default: LabPage }] = await Promise.all([lab(), import('../ui/lab/LabPage.svelte')])
    return loaded(LabPage, { lab: await opened.open() })
  },
  settings: async ({ storageUse, vault, model, airGap, list }) => {
    const [use, own, { default: SettingsPage }] = await Promise.all([
      storageUse(),
      vault(),
      import('../ui/settings/SettingsPage.svelte'),
    ])
    return loaded(SettingsPage, { model, airGap, vault: own, use, chats: () => list.items.length })
  },
}

/** Fetches the notes below the links of pages. */
export const NOTE_LOADS: Readonly<Record<string, Load<LoadedNote>>> = {
  history: async ({ backup }) => {
    const [own, { default: BackupNote }] = await Promise.all([backup(), import('../ui/sidebar/BackupNote.svelte')])
    return loadedNote(BackupNote, own)
  },
  // A run that was broken off goes on, whatever page is opened.
  lab: async ({ lab }) => {
    const [opened, { default: LabNote }] = await Promise.all([lab(), import('../ui/lab/LabNote.svelte')])
    await opened.resume()
    return loadedNote(LabNote, { opened })
  },
  settings: async ({ vault }) => {
    const [own, { safetyNote }] = await Promise.all([vault(), import('./open-safety')])
    return safetyNote(own)
  },
}
