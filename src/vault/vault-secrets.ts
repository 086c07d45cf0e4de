import type { Secrets } from '../platform/settings-store'
import type { BytesSeal } from './bytes-seal'
import type { VaultStore } from './vault-store'

/** Settings with words that somebody wrote: instructions, presets, prompts, and the drafts of version 0.1.0. */
export const isSecret = (name: string): boolean => /^(?:reply-defaults$|preset-|prompt-|draft:)/.test(name)

const placeOf = (name: string) => JSON.stringify(['settings', name])

/** Settings with words, which the vault keeps. They are decrypted once, when it is opened. */
export class VaultSecrets implements Secrets {
  readonly #store: VaultStore
  readonly #seal: BytesSeal
  readonly #values = new Map<string, string>()
  /** Names of those whose last value is not stored yet. */
  readonly #behind = new Set<string>()
  #last: Promise<unknown> = Promise.resolve()
  #attempt: (write: () => Promise<void>) => Promise<unknown> = (write) => write().catch(() => undefined)

  constructor(store: VaultStore, seal: BytesSeal) {
    this.#store = store
    this.#seal = seal
  }

  /** Reads all of them. One that cannot be decrypted stays stored. */
  async open(): Promise<void> {
    for (const [name, sealed] of await this.#store.settings()) {
      const value = await this.#seal.open(placeOf(name), sealed).catch(() => undefined)
      if (typeof value === 'string') this.#values.set(name, value)
    }
  }

  holds(name: string): boolean {
    return isSecret(name)
  }

  get(name: string): string | undefined {
    return this.#values.get(name)
  }

  names(): readonly string[] {
    return [...this.#values.keys()]
  }

  set(name: string, value: string | undefined): void {
    if (value === undefined) this.#values.delete(name)
    else this.#values.set(name, value)
    this.#behind.add(name)
    // In turn, so that the last one wins.
    this.#last = this.#last.then(() => this.#attempt(() => this.#catchUp()))
  }

  /** From now on each write is done by this function, which catches its errors and can tell of them. */
  storeBy(attempt: (write: () => Promise<void>) => Promise<unknown>): void {
    this.#attempt = attempt
  }

  /** Also stores those that an earlier write could not. */
  async #catchUp(): Promise<void> {
    for (const name of this.#behind) {
      await this.put(name, this.#values.get(name))
      this.#behind.delete(name)
    }
  }

  /** Stores one at once. @throws {AppError} as storage does */
  async put(name: string, value: string | undefined): Promise<void> {
    await this.#store.setSetting(name, value === undefined ? undefined : await this.#seal.close(placeOf(name), value))
  }

  /** Resolves when what was set is stored, or could not be. */
  async written(): Promise<void> {
    await this.#last
  }
}
