import * as v from 'valibot'
import type { SettingsStore } from '../platform/settings-store'
import type { AppError } from '../shared/errors'

/** A thing that was made and named here. */
export interface KeptItem<T> {
  readonly id: string
  readonly value: T
}

/** Lists are sorted by its `name`. */
interface Named {
  readonly name: string
}

/**
 * Named things that people make, such as presets. Each has a key of its own in the store, so that two tabs keep each
 * other's items, and damage affects only one item.
 */
export class KeptItems<T extends Named> {
  items = $state.raw<readonly KeptItem<T>[]>([])
  /** The last removed item, as long as it can be put back. */
  removed = $state.raw<KeptItem<T>>()
  /** The reason why the last change is lost when this page closes. */
  problem = $state.raw<AppError>()
  readonly #store: SettingsStore
  readonly #prefix: string
  readonly #schema: v.GenericSchema<unknown, T>

  /** @param prefix of the keys @param schema of one thing; its stored form also has a `version`, which is 1 */
  constructor(store: SettingsStore, prefix: string, schema: v.GenericSchema<unknown, T>) {
    this.#store = store
    this.#prefix = prefix
    this.#schema = schema
    this.items = this.#sorted(store.names(prefix).flatMap((key) => this.#read(key)))
  }

  /** @returns the id of the new one */
  add(value: T): string {
    const id = crypto.randomUUID()
    this.#put({ id, value })
    return id
  }

  change(id: string, value: T): void {
    this.#put({ id, value })
  }

  remove(id: string): void {
    this.removed = this.items.find((item) => item.id === id)
    this.items = this.items.filter((item) => item.id !== id)
    this.problem = this.#store.set(this.#prefix + id, undefined)
  }

  /** Undoes the last removal. */
  undo(): void {
    if (this.removed) this.#put(this.removed)
    this.removed = undefined
  }

  forgetRemoved(): void {
    this.removed = undefined
  }

  /** This name, with a number behind it if the name is taken. */
  freeName(name: string): string {
    const isTaken = (wanted: string) => this.items.some(({ value }) => value.name === wanted)
    let free = name
    for (let number = 2; isTaken(free); number += 1) free = `${name} ${String(number)}`
    return free
  }

  #put(item: KeptItem<T>): void {
    this.items = this.#sorted([...this.items.filter(({ id }) => id !== item.id), item])
    this.problem = this.#store.set(this.#prefix + item.id, JSON.stringify({ version: 1, value: item.value }))
  }

  /** An item that cannot be read stays stored: a later version may know its form. */
  #read(key: string): KeptItem<T>[] {
    try {
      const record: unknown = JSON.parse(this.#store.get(key) ?? '')
      const { value } = v.parse(v.object({ version: v.literal(1), value: this.#schema }), record)
      return [{ id: key.slice(this.#prefix.length), value }]
    } catch {
      return []
    }
  }

  #sorted(items: readonly KeptItem<T>[]): readonly KeptItem<T>[] {
    return items.toSorted((a, b) => a.value.name.localeCompare(b.value.name))
  }
}
