import { withLock } from '../../platform/locks'
import { toAppError, type AppError } from '../../shared/errors'
import type { VaultKeys } from '../../vault/keys'
import type { VaultHeader, VaultStore } from '../../vault/vault-store'
import type { VaultConversion } from './vault-conversion'
import type { VaultTabs } from './vault-tabs'

/** Wrong passphrases that cost no wait beside the derivation. */
const FREE_FAILURES = 3
const FIRST_WAIT_MS = 2000
const LONGEST_WAIT_MS = 60_000
/** One tab converts. */
const LOCK = 'thinktab-vault-conversion'

/** How long no passphrase is taken after so many wrong ones, in ms. */
export const waitAfter = (failures: number): number =>
  failures < FREE_FAILURES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE_FAILURES))

export interface VaultLockDependencies {
  readonly store: VaultStore
  readonly keys: VaultKeys
  readonly conversion: VaultConversion
  readonly tabs: VaultTabs
  /** ms since the epoch */
  readonly now: () => number
}

/** The locked vault, as the page shows it until it is open. */
export class VaultLock {
  /** `looking` lasts for a moment: another tab may have the key. */
  phase = $state<'looking' | 'locked' | 'checking' | 'converting'>('looking')
  header = $state.raw<VaultHeader>()
  problem = $state.raw<AppError>()
  /** No passphrase is taken before; ms since the epoch. */
  closedUntil = $state(0)
  /** Records that are converted. */
  progress = $state.raw({ done: 0, total: 0 })
  /** Fulfilled with the key when the vault is open; with undefined if there is no vault, or no more. */
  readonly opened: Promise<CryptoKey | undefined>
  readonly #deps: VaultLockDependencies
  #open: (key: CryptoKey | undefined) => void = () => undefined
  #adopting = false

  constructor(dependencies: VaultLockDependencies) {
    this.#deps = dependencies
    this.opened = new Promise((resolve) => (this.#open = resolve))
  }

  /** Finds out what there is to be opened. */
  async look(): Promise<void> {
    const { store, tabs } = this.#deps
    this.problem = undefined
    try {
      this.header = await store.header()
      if (!this.header) {
        this.#open(undefined)
        return
      }
      const failures = await store.failures()
      if (failures) this.closedUntil = failures.at + waitAfter(failures.count)
      tabs.listen((note) => {
        if (note.type === 'key') void this.#adopt(note.key)
      })
      const key = await tabs.ask()
      if (key) await this.#adopt(key)
      else if (!this.#adopting) this.phase = 'locked'
    } catch (error) {
      this.problem = toAppError(error)
      this.phase = 'locked'
    }
  }

  /** @param secret the passphrase, or the recovery code */
  async unlock(secret: string): Promise<void> {
    const { store, keys, now } = this.#deps
    const { header } = this
    if (!header || this.phase !== 'locked' || now() < this.closedUntil) return
    this.phase = 'checking'
    this.problem = undefined
    try {
      const key = await keys.open(header, secret)
      await store.setFailures(undefined)
      await this.#adopt(key)
    } catch (error) {
      this.problem = toAppError(error)
      if (this.problem.code === 'passphrase-wrong') await this.#countFailure()
      this.phase = 'locked'
    }
  }

  /** Gives up an unfinished conversion: everything stays as it was before. */
  async cancel(): Promise<void> {
    await this.#alone(async (header) => {
      if (header.state === 'sealed') return
      this.header = await this.#deps.conversion.cancel(header)
      if (!this.header) this.#open(undefined)
    })
  }

  /** Deletes every chat, draft and setting with words, and the vault. */
  async deleteAll(): Promise<void> {
    await this.#alone(async () => {
      await this.#deps.conversion.deleteAll()
      this.#open(undefined)
    })
  }

  async #countFailure(): Promise<void> {
    const { store, now } = this.#deps
    const count = ((await store.failures().catch(() => undefined))?.count ?? 0) + 1
    this.closedUntil = now() + waitAfter(count)
    await store.setFailures({ count, at: now() }).catch(() => undefined)
  }

  async #adopt(key: CryptoKey): Promise<void> {
    if (this.#adopting) return
    this.#adopting = true
    const { tabs, conversion } = this.#deps
    tabs.hold(key)
    await this.#alone(async (header) => {
      let now: VaultHeader | undefined = header
      if (await conversion.isDue(header)) {
        this.phase = 'converting'
        const onProgress = (done: number, total: number) => (this.progress = { done, total })
        now = await conversion.run(header, key, onProgress, new AbortController().signal)
      }
      this.#open(now && key)
    })
    this.#adopting = false
  }

  /** Runs a task while no other tab converts, on the header as it is then. */
  async #alone(task: (header: VaultHeader) => Promise<void>): Promise<void> {
    try {
      await withLock(LOCK, new AbortController().signal, async () => {
        const header = await this.#deps.store.header()
        if (header) await task(header)
        else this.#open(undefined)
      })
    } catch (error) {
      this.problem = toAppError(error)
      this.phase = 'locked'
    }
  }
}
