/** The parts of a vault for tests of pages: nothing is locked, and nobody leaves. */
import { SettingsStore } from '../../platform/settings-store'
import { VaultKeys } from '../../vault/keys'
import { VaultStore } from '../../vault/vault-store'
import { Safety, type ClosingPage } from './safety.svelte'
import { VaultConversion } from './vault-conversion'
import { VaultSettings } from './vault-settings.svelte'
import { VaultTabs } from './vault-tabs'

/** @param page what of a page is not as for one where nothing happens */
export function openSafety(
  { isVaulted = false, name = `tabs-${crypto.randomUUID()}`, now = () => Date.now() } = {},
  page: Partial<ClosingPage> = {},
) {
  const tabs = new VaultTabs(name)
  const settings = new SettingsStore()
  const still: ClosingPage = {
    isWriting: () => false,
    hide: () => undefined,
    save: () => Promise.resolve(),
    reload: () => undefined,
    leave: () => undefined,
  }
  return { tabs, settings, safety: new Safety({ isVaulted, tabs, settings, now, page: { ...still, ...page } }) }
}

/** So few ms give the least cost that a key may have. */
const QUICK_MS = 1

/** What the settings show of a vault, whose keys come from the real worker. */
export function vaultSettings(isVaulted = false) {
  const { safety, settings } = openSafety({ isVaulted })
  const id = crypto.randomUUID()
  const store = new VaultStore(`vault-${id}`)
  const keys = new VaultKeys(
    () => new Worker(new URL('../../vault/derive-worker.ts', import.meta.url), { type: 'module' }),
    QUICK_MS,
  )
  const names = {
    plain: `plain-${id}`,
    sealed: `sealed-${id}`,
    lab: { plain: `lab-${id}`, sealed: `sealed-lab-${id}` },
    derived: [],
  }
  const conversion = new VaultConversion({ store, settings, names })
  return { vault: new VaultSettings({ store, keys, conversion, safety }), store, keys, conversion, safety }
}
