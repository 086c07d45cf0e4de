import { toAppError, type AppError } from '../../shared/errors'
import type { NewVault, VaultKeys } from '../../vault/keys'
import type { VaultStore } from '../../vault/vault-store'
import type { Safety } from './safety.svelte'
import type { VaultConversion } from './vault-conversion'

export interface VaultSettingsDependencies {
  readonly store: VaultStore
  readonly keys: VaultKeys
  readonly conversion: VaultConversion
  readonly safety: Safety
}

/** Makes a vault, changes its passphrase, and ends it. */
export class VaultSettings {
  /** Keys need a secure context, which plain http is not. */
  readonly isPossible = isSecureContext
  /** Characters; a shorter passphrase is guessed in spite of Argon2id. */
  readonly shortest = 8
  readonly safety: Safety
  /** Made and not used yet: its recovery code is on the page. */
  made = $state.raw<NewVault>()
  busy = $state(false)
  problem = $state.raw<AppError>()
  /** Whether the passphrase has just been changed. */
  changed = $state(false)
  readonly #deps: VaultSettingsDependencies

  constructor(dependencies: VaultSettingsDependencies) {
    this.#deps = dependencies
    this.safety = dependencies.safety
  }

  /** What the keyboard does: without a vault it leads to where one is made. */
  async lock(): Promise<void> {
    if (this.safety.isVaulted) await this.safety.lock()
    else location.hash = '#/settings/privacy'
  }

  forget(): void {
    this.safety.forget()
  }

  async create(passphrase: string): Promise<void> {
    await this.#attempt(async () => {
      this.made = await this.#deps.keys.create(passphrase)
    })
  }

  /** Nobody wants the vault that was made. */
  discard(): void {
    this.made = undefined
  }

  /** Locks every tab; the passphrase then begins the encryption. */
  async begin(): Promise<void> {
    const { made } = this
    if (!made) return
    await this.#attempt(async () => {
      await this.#deps.conversion.begin(made.header)
      await this.safety.lock()
    })
  }

  /** @param secret the passphrase, or the recovery code */
  async change(secret: string, passphrase: string): Promise<void> {
    this.changed = false
    await this.#attempt(async () => {
      const { store, keys } = this.#deps
      const header = await store.header()
      if (header) await store.setHeader(await keys.change(header, secret, passphrase))
      this.changed = header !== undefined
    })
  }

  /** Locks every tab; the passphrase then takes everything out of the vault. */
  async turnOff(): Promise<void> {
    await this.#attempt(async () => {
      const { store } = this.#deps
      const header = await store.header()
      if (header) await store.setHeader({ ...header, state: 'opening' })
      await this.safety.lock()
    })
  }

  async #attempt(task: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.problem = undefined
    try {
      await task()
    } catch (error) {
      this.problem = toAppError(error)
    } finally {
      this.busy = false
    }
  }
}
