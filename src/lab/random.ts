import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Random choices that a seed decides: the same seed makes the same choices in every browser. */
export class Random {
  readonly #generator

  /** @param seed a whole number; its lowest 32 bits count */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed)
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return uniformInt(this.#generator, least, most)
  }

  /** One of the items. @throws {RangeError} if there are none */
  pick<T>(items: readonly T[]): T {
    const [item] = items.slice(this.between(0, items.length - 1))
    if (item === undefined) throw new RangeError('There is nothing to pick from.')
    return item
  }

  /** Whether it happens, with a chance of one in two. */
  toss(): boolean {
    return this.between(0, 1) === 1
  }

  /** The items in another order (Fisher-Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    const shuffled: T[] = []
    while (left.length > 0) shuffled.push(...left.splice(this.between(0, left.length - 1), 1))
    return shuffled
  }
}
