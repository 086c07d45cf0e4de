import Archive from '@lucide/svelte/icons/archive'
import Boxes from '@lucide/svelte/icons/boxes'
import SettingsIcon from '@lucide/svelte/icons/settings'
import { m } from '../i18n'
import { loaded, type PageEntry } from '../ui/page'
import type { AppContext } from './compose'

/** What pages are made of. */
type PageContext = Pick<AppContext, 'library' | 'model' | 'chat' | 'list'>

/** Every page but the chat, in the order of the sidebar: a new one is an entry here, and nothing else. */
export function pagesOf({ library, model, chat, list }: PageContext): readonly PageEntry[] {
  return [
    {
      name: 'history',
      title: m.history,
      icon: Archive,
      load: async () => {
        const { default: HistoryPage } = await import('../ui/history/HistoryPage.svelte')
        return loaded(HistoryPage, { chat, list })
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
      name: 'settings',
      title: m.settings,
      icon: SettingsIcon,
      load: async () => {
        const [{ SiteStorage }, { default: SettingsPage }] = await Promise.all([
          import('../state/site-storage.svelte'),
          import('../ui/settings/SettingsPage.svelte'),
        ])
        return loaded(SettingsPage, { model, storage: new SiteStorage() })
      },
    },
  ]
}
