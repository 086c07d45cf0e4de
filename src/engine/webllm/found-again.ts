interface Entry<K, V> {
  readonly keys: readonly K[]
  readonly value: V
  /** The entry that was asked for after this one, the last time. */
  next: Entry<K, V> | undefined
}

/** One place in a tree: the entry for the keys that lead here, and the places behind it. */
class Place<K, V> {
  entry: Entry<K, V> | undefined
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
 * Values found again by a list of keys of always the same length. A model asks for the same ones in the same order again
 * and again, so what came next the last time is tried first. Otherwise a tree of maps has it: a joined key would be garbage
 * hundreds of times a token.
 */
export class FoundAgain<K, V> {
  #root = new Place<K, V>()
  #last: Entry<K, V> | undefined
  #count = 0
  readonly #most: number

  /** @param most values that are kept; the next one makes it forget them all */
  constructor(most: number) {
    this.#most = most
  }

  /** The value for these keys, made if it is not known. */
  get(keys: readonly K[], make: () => V): V {
    const guess = this.#last?.next
    if (guess && isSame(guess.keys, keys)) {
      this.#last = guess
      return guess.value
    }
    const entry = this.#place(keys).entry ?? this.#add(keys, make)
    if (this.#last) this.#last.next = entry
    this.#last = entry
    return entry.value
  }

  forget(): void {
    this.#root = new Place()
    this.#last = undefined
    this.#count = 0
  }

  #add(keys: readonly K[], make: () => V): Entry<K, V> {
    // Making it may lead to `forget`, so its place is looked for afterwards.
    const entry = { keys: [...keys], value: make(), next: undefined }
    if (this.#count >= this.#most) this.forget()
    this.#place(keys).entry = entry
    this.#count += 1
    return entry
  }

  #place(keys: readonly K[]): Place<K, V> {
    let place = this.#root
    for (const key of keys) place = place.behind(key)
    return place
  }
}

function isSame<K>(a: readonly K[], b: readonly K[]): boolean {
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false
  return true
}
