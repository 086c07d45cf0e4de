import type { IdbDraftStore } from '../conversations/idb-draft-store'
import { m } from '../i18n'
import { hasDatabase } from '../platform/site-data'
import type { SettingsStore } from '../platform/settings-store'
import type { Chat } from '../state/chat/chat.svelte'
import type { Drafts } from '../state/chat/drafts.svelte'
import { Safety } from '../state/vault/safety.svelte'
import type { StorageHealth } from '../state/site/storage-health.svelte'
import { VAULT_MARK } from '../state/vault/vault-conversion'
import { VaultSettings } from '../state/vault/vault-settings.svelte'
import { VaultTabs } from '../state/vault/vault-tabs'
import { loadedNote, type LoadedNote } from '../ui/page'
import SafetyNote from '../ui/vault/SafetyNote.svelte'
import { VaultStore } from '../vault/vault-store'
import { vaultParts, type OpenVault } from './open-vault'

// In one chunk: what locks has to know how to open.
export { openVault } from './open-vault'

/** Between two looks whether everything is stored, in ms. */
const LOOK_MS = 50
/** After this time, in ms, a sentence says what the page waits for. */
const SAY_AFTER_MS = 2000

interface SafetyParts {
  readonly chat: Chat
  readonly drafts: Drafts
  readonly health: StorageHealth
  readonly settingsStore: SettingsStore
  readonly vault: OpenVault | undefined
  readonly storedDrafts: IdbDraftStore
  /** Takes the interface off the page. */
  readonly hide: () => void
}

/** What makes a vault and ends it, locks and forgets. */
export function openSafety(parts: SafetyParts): VaultSettings {
  const { chat, drafts, health, settingsStore: settings, vault, storedDrafts, hide } = parts
  const tabs = vault?.tabs ?? new VaultTabs()
  // A page that the browser kept whole, to come back to it, would still have its words.
  addEventListener('pageshow', (event: PageTransitionEvent) => {
    if (event.persisted) location.reload()
  })
  if (!vault) void markLostVault(settings)
  const safety = new Safety({
    isVaulted: vault !== undefined,
    tabs,
    settings,
    now: () => Date.now(),
    page: {
      isWriting: () => chat.live !== undefined,
      hide: () => {
        hide()
        document.title = m.product_name()
      },
      save: async () => {
        const start = Date.now()
        chat.stop()
        drafts.catchUp()
        while (chat.live || health.isBehind()) {
          if (Date.now() - start > SAY_AFTER_MS) document.body.textContent = m.vault_waits_for_storage()
          await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
        }
        await Promise.all([storedDrafts.written(), vault?.settingsWritten()])
      },
      reload: () => location.reload(),
      leave: () => location.replace('about:blank'),
    },
  })
  vault?.handOver()
  return new VaultSettings({ ...vaultParts(settings), safety })
}

/** The buttons in the sidebar. */
export const safetyNote = ({ safety }: VaultSettings): LoadedNote => loadedNote(SafetyNote, { safety })

/** Somebody has cleared the settings of this site and not its databases: the next page asks for the passphrase again. */
async function markLostVault(settings: SettingsStore): Promise<void> {
  if (!(await hasDatabase('thinktab-vault')) || !(await new VaultStore().header())) return
  settings.set(VAULT_MARK, 'on')
  location.reload()
}
