import { mount, unmount } from 'svelte'
import { LabCodec } from '../lab/lab-record'
import { LabStore, SEALED_LAB } from '../lab/lab-store'
import { keepSecretsIn, type SettingsStore } from '../platform/settings-store'
import { startWorker } from '../platform/start-worker'
import { AirGap } from '../state/site/air-gap.svelte'
import { SEALED, VaultConversion, VAULT_MARK } from '../state/vault/vault-conversion'
import { VaultLock } from '../state/vault/vault-lock.svelte'
import { VaultTabs } from '../state/vault/vault-tabs'
import LockScreen from '../ui/vault/LockScreen.svelte'
import { BytesSeal } from '../vault/bytes-seal'
import deriveWorkerUrl from '../vault/derive-worker?worker&url'
import { VaultKeys } from '../vault/keys'
import { VaultSeal } from '../vault/vault-seal'
import { VaultSecrets } from '../vault/vault-secrets'
import { VaultStore } from '../vault/vault-store'
import { VaultWords } from '../vault/vault-words'

/** An open vault, for those who read and write in it. */
export interface OpenVault {
  /** The name of the database of conversations. */
  readonly database: string
  readonly key: CryptoKey
  readonly seal: VaultSeal
  readonly tabs: VaultTabs
  /** Where the lab keeps its results. */
  readonly labStore: () => LabStore
  /** Resolves when the settings with words are stored. */
  readonly settingsWritten: () => Promise<void>
  /** Has these settings stored by the one who tells of failures. */
  readonly storeSettingsBy: VaultSecrets['storeBy']
  /** From now on somebody else does what other tabs ask for. */
  readonly handOver: () => void
}

/** The parts by which vaults are made and opened. */
export function vaultParts(settings: SettingsStore) {
  const store = new VaultStore()
  const keys = new VaultKeys(() => startWorker(deriveWorkerUrl, 'vault'))
  return { store, keys, conversion: new VaultConversion({ store, settings }) }
}

/** Shows the lock until the vault is open. @returns undefined if there is no vault, or no more */
export async function openVault(target: Element, settings: SettingsStore): Promise<OpenVault | undefined> {
  const parts = vaultParts(settings)
  const tabs = new VaultTabs()
  const lock = new VaultLock({ ...parts, tabs, now: () => Date.now() })
  const airGap = new AirGap()
  void airGap.open()
  const screen = mount(LockScreen, { target, props: { lock, airGap } })
  // Not before the app listens itself: a tab that is asked to lock in between begins again.
  const stop = tabs.listen(({ type }) => {
    if (type === 'forget') location.replace('about:blank')
    else if (type === 'lock' && lock.phase !== 'locked') location.reload()
  })
  void lock.look()
  const key = await lock.opened
  await unmount(screen)
  if (!key) {
    settings.set(VAULT_MARK, undefined)
    stop()
    return undefined
  }
  const secrets = new VaultSecrets(parts.store, new BytesSeal(key))
  await secrets.open()
  keepSecretsIn(secrets)
  const settingsWritten = () => secrets.written()
  const storeSettingsBy: OpenVault['storeSettingsBy'] = (attempt) => secrets.storeBy(attempt)
  const labStore = () => new LabStore(SEALED_LAB, new LabCodec(new VaultWords(key)))
  const seal = new VaultSeal(key)
  return { database: SEALED, key, seal, tabs, labStore, settingsWritten, storeSettingsBy, handOver: stop }
}
