import { CONVERSATIONS } from '../../conversations/idb-conversation-store'
import { moveRecords, type Move } from '../../conversations/move-records'
import { LabCodec } from '../../lab/lab-record'
import { LAB, LabStore, SEALED_LAB } from '../../lab/lab-store'
import { moveLab } from '../../lab/move-lab'
import type { SettingsStore } from '../../platform/settings-store'
import { hasDatabase, wipeDatabases } from '../../platform/site-data'
import { SEARCH_DATABASE } from '../../search/index-store'
import { BytesSeal } from '../../vault/bytes-seal'
import { VaultSeal } from '../../vault/vault-seal'
import { isSecret, VaultSecrets } from '../../vault/vault-secrets'
import { VaultWords } from '../../vault/vault-words'
import type { VaultHeader, VaultStore } from '../../vault/vault-store'

/** The database of conversations while there is a vault. */
export const SEALED = 'thinktab-sealed'
/** It has titles of chats in the stamps of its files. */
const BACKUP = 'thinktab-backup'
/** Set while there is a vault: all that a page looks at before it is drawn. */
export const VAULT_MARK = 'vault'

interface Names {
  readonly plain: string
  readonly sealed: string
  readonly lab: { readonly plain: string; readonly sealed: string }
  /** Made of words, and made again when needed. */
  readonly derived: readonly string[]
}

const NAMES: Names = {
  plain: CONVERSATIONS,
  sealed: SEALED,
  lab: { plain: LAB, sealed: SEALED_LAB },
  derived: [SEARCH_DATABASE, BACKUP],
}

export interface ConversionDependencies {
  readonly store: VaultStore
  /** In which settings with words lie while there is no vault. */
  readonly settings: SettingsStore
  readonly names?: Names
}

type OnProgress = (done: number, total: number) => void

/**
 * Moves all words into the vault, or out of it. At every moment one of the two databases has every record, and the header
 * says which: what is interrupted goes on from the last batch.
 */
export class VaultConversion {
  readonly #store: VaultStore
  readonly #settings: SettingsStore
  readonly #names: Names

  constructor({ store, settings, names = NAMES }: ConversionDependencies) {
    this.#store = store
    this.#settings = settings
    this.#names = names
  }

  /** Begins: from now on every page asks for the passphrase, and then converts. */
  async begin(header: VaultHeader): Promise<void> {
    // One that an earlier vault has left would be taken for a part of this one.
    await wipeDatabases([this.#names.sealed, this.#names.lab.sealed])
    await this.#store.clear()
    await this.#store.setHeader(header)
    this.#settings.set(VAULT_MARK, 'on')
  }

  /** Whether anything is to be moved before the vault can be used. */
  async isDue(header: VaultHeader): Promise<boolean> {
    const { plain, lab } = this.#names
    if (header.state !== 'sealed' || this.#plainNames().length > 0) return true
    return (await hasDatabase(plain)) || (await hasDatabase(lab.plain))
  }

  /** @returns the header as it is then; undefined if there is no vault any more */
  async run(
    header: VaultHeader,
    key: CryptoKey,
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<VaultHeader | undefined> {
    if (header.state === 'opening') {
      await this.#moveOut(key, onProgress, signal)
      return undefined
    }
    return await this.#moveIn(header, key, onProgress, signal)
  }

  /** Gives up an unfinished conversion: everything is still where it was. @returns as `run` does */
  async cancel(header: VaultHeader): Promise<VaultHeader | undefined> {
    if (header.state === 'sealing') {
      await this.#end()
      return undefined
    }
    const sealed: VaultHeader = { ...header, state: 'sealed' }
    await wipeDatabases(this.#plainDatabases())
    this.#forgetPlain()
    await this.#store.setMark(undefined)
    await this.#store.setHeader(sealed)
    return sealed
  }

  /** Deletes everything that is in the vault, and the vault. */
  async deleteAll(): Promise<void> {
    this.#forgetPlain()
    await wipeDatabases(this.#plainDatabases())
    await this.#end()
  }

  async #moveIn(
    header: VaultHeader,
    key: CryptoKey,
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<VaultHeader> {
    const { plain, sealed, lab } = this.#names
    const seal = new VaultSeal(key)
    // A page of an earlier version may have written beside the vault.
    const onlyMissing = header.state === 'sealed'
    if (await hasDatabase(plain))
      await moveRecords({
        from: plain,
        to: sealed,
        convert: (kind, record) => seal.close(kind, record),
        onlyMissing,
        ...(await this.#progress(onProgress, signal)),
      })
    if (await hasDatabase(lab.plain)) await moveLab(new LabStore(lab.plain), this.#sealedLab(key), onlyMissing, signal)
    const secrets = new VaultSecrets(this.#store, new BytesSeal(key))
    const known = await this.#store.settings()
    for (const name of this.#plainNames())
      if (header.state === 'sealing' || !known.has(name)) await secrets.put(name, this.#settings.get(name))
    signal.throwIfAborted()
    const done: VaultHeader = { ...header, state: 'sealed' }
    await this.#store.setHeader(done)
    // Only now, because until then the plain ones count.
    await this.#store.setMark(undefined)
    this.#forgetPlain()
    await wipeDatabases(this.#plainDatabases())
    return done
  }

  async #moveOut(key: CryptoKey, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
    const { plain, sealed, lab, derived } = this.#names
    const seal = new VaultSeal(key)
    await moveRecords({
      from: sealed,
      to: plain,
      convert: (kind, record) => seal.open(kind, record),
      onlyMissing: false,
      ...(await this.#progress(onProgress, signal)),
    })
    if (await hasDatabase(lab.sealed)) await moveLab(this.#sealedLab(key), new LabStore(lab.plain), false, signal)
    const secrets = new VaultSecrets(this.#store, new BytesSeal(key))
    await secrets.open()
    for (const name of secrets.names()) {
      const problem = this.#settings.set(name, secrets.get(name))
      if (problem) throw problem
    }
    signal.throwIfAborted()
    await wipeDatabases(derived)
    await this.#end()
  }

  async #progress(onProgress: OnProgress, signal: AbortSignal): Promise<Pick<Move, 'after' | 'onMark' | 'signal'>> {
    return {
      after: await this.#store.mark(),
      onMark: async (mark, done, total) => {
        await this.#store.setMark(mark)
        onProgress(done, total)
      },
      signal,
    }
  }

  /** There is no vault any more. What is left of its database cannot be read, and is deleted. */
  async #end(): Promise<void> {
    await this.#store.clear()
    this.#settings.set(VAULT_MARK, undefined)
    await wipeDatabases([this.#names.sealed, this.#names.lab.sealed])
  }

  #sealedLab(key: CryptoKey): LabStore {
    return new LabStore(this.#names.lab.sealed, new LabCodec(new VaultWords(key)))
  }

  #plainDatabases(): string[] {
    const { plain, lab, derived } = this.#names
    return [plain, lab.plain, ...derived]
  }

  #plainNames(): string[] {
    return this.#settings.names('').filter(isSecret)
  }

  #forgetPlain(): void {
    for (const name of this.#plainNames()) this.#settings.set(name, undefined)
  }
}
