import type { AppError } from '../shared/errors'
import { storageError } from './storage-error'

/** Where some settings are kept instead: those with words, while there is a vault. */
export interface Secrets {
  holds(key: string): boolean
  get(key: string): string | undefined
  set(key: string, value: string | undefined): void
  names(): readonly string[]
}

let secrets: Secrets | undefined

/** From now on, every store of this page keeps these settings there. */
export function keepSecretsIn(kept: Secrets): void {
  secrets = kept
}

/** Small settings of this browser, as strings. Without localStorage they last as long as the page. */
export class SettingsStore {
  readonly #memory = new Map<string, string>()

  get(key: string): string | undefined {
    if (secrets?.holds(key)) return secrets.get(key)
    const name = PREFIX + key
    return this.#memory.get(name) ?? attempt(() => localStorage.getItem(name)) ?? undefined
  }

  /** Keys that begin with `prefix`. */
  names(prefix: string): string[] {
    const stored = attempt(() => Object.keys(localStorage)) ?? []
    const start = PREFIX + prefix
    const names = [...this.#memory.keys(), ...stored]
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(PREFIX.length))
    const kept = secrets?.names().filter((name) => name.startsWith(prefix)) ?? []
    return [...new Set([...names, ...kept])]
  }

  /** Removes a key that has this value; a value that another tab has given it since stays. */
  forget(key: string, value: string): void {
    const name = PREFIX + key
    if (this.#memory.get(name) === value) this.#memory.delete(name)
    if (attempt(() => localStorage.getItem(name)) === value) attempt(() => localStorage.removeItem(name))
  }

  /** Undefined removes the key. @returns the reason if the next page will not have the value */
  set(key: string, value: string | undefined): AppError | undefined {
    if (secrets?.holds(key)) {
      secrets.set(key, value)
      return undefined
    }
    const name = PREFIX + key
    if (value === undefined) this.#memory.delete(name)
    else this.#memory.set(name, value)
    try {
      if (value === undefined) localStorage.removeItem(name)
      else localStorage.setItem(name, value)
      return undefined
    } catch (error) {
      return storageError(error)
    }
  }
}

/** public/boot.js reads the appearance under this prefix before the first paint. */
const PREFIX = 'thinktab-'

/** Storage may be refused (private browsing, blocked cookies) or full. */
function attempt<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch {
    return undefined
  }
}
