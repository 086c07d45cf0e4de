import type { SettingsStore } from '../platform/settings-store'

/** One of a few values, chosen for this browser and stored at once. */
export class Choice<T extends string> {
  value = $state() as T
  readonly options: readonly [T, ...T[]]
  readonly #store: SettingsStore
  readonly #key: string

  /** @param options the first applies until another is chosen, and is not stored */
  constructor(store: SettingsStore, key: string, options: readonly [T, ...T[]]) {
    this.#store = store
    this.#key = key
    this.options = options
    const kept = store.get(key)
    this.value = options.find((option) => option === kept) ?? options[0]
  }

  /** Whether the first option is chosen. */
  get isStandard(): boolean {
    return this.value === this.options[0]
  }

  choose(value: T): void {
    this.value = value
    this.#store.set(this.#key, this.isStandard ? undefined : value)
  }

  /** From the first option to the second, and back. */
  toggle(): void {
    const [first, second = first] = this.options
    this.choose(this.isStandard ? second : first)
  }
}
