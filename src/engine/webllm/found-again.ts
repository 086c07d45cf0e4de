/** One place in a tree: the value for the keys that lead here, and the places behind it. */
export class Place<K, V> {
  value: V | undefined
  #behind: Map<K, Place<K, V>> | undefined

  /** The place behind this one; made if there is none. */
  behind(key: K): Place<K, V> {
    this.#behind ??= new Map()
    let place = this.#behind.get(key)
    if (!place) {
      place = new Place()
      this.#behind.set(key, place)
    }
    return place
  }
}

/**
 * Values found again by a list of keys. A tree of maps, because a kernel is run hundreds of times a token: a joined key
 * would be garbage each time.
 */
export class FoundAgain<K, V> {
  #root = new Place<K, V>()
  #count = 0
  readonly #most: number

  /** @param most values that are kept; the next one makes it forget them all */
  constructor(most: number) {
    this.#most = most
  }

  /** The value for these keys, made if it is not known. */
  get(keys: readonly K[], make: () => V): V {
    const known = this.#place(keys)
    if (known.value !== undefined) return known.value
    const value = make()
    // Making it may have led to `forget`, so the place is looked for again.
    if (this.#count >= this.#most) this.forget()
    this.#place(keys).value = value
    this.#count += 1
    return value
  }

  forget(): void {
    this.#root = new Place()
    this.#count = 0
  }

  #place(keys: readonly K[]): Place<K, V> {
    let place = this.#root
    for (const key of keys) place = place.behind(key)
    return place
  }
}
