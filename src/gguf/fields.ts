import { ggufUnusable } from '../shared/gguf-problem'
import { MetadataArray, type MetadataValue } from './metadata'

/** Longest name, licence or address that is worth showing, in UTF-16 units. */
const LONGEST_SHOWN = 200

/** The entries of a header, read by their expected types. */
export class Fields {
  readonly #metadata: ReadonlyMap<string, MetadataValue>

  constructor(metadata: ReadonlyMap<string, MetadataValue>) {
    this.#metadata = metadata
  }

  /** A text to show; undefined if the value is missing or no text. */
  shown(key: string): string | undefined {
    const value = this.#metadata.get(key)
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, LONGEST_SHOWN) : undefined
  }

  /** @throws {AppError} `gguf-unusable` if there is a value that is no text */
  text(key: string): string | undefined {
    return this.#typed(key, (value) => (typeof value === 'string' ? value : undefined))
  }

  /** @throws {AppError} `gguf-unusable` if there is a value that is no truth value */
  flag(key: string): boolean | undefined {
    return this.#typed(key, (value) => (typeof value === 'boolean' ? value : undefined))
  }

  array(key: string): MetadataArray | undefined {
    return this.#typed(key, (value) => (value instanceof MetadataArray ? value : undefined))
  }

  /** An integer from `least` to `most`. @throws {AppError} `gguf-unusable` if the value is not one */
  integer(key: string, least: number, most: number): number | undefined {
    return this.#typed(key, (value) => (isInteger(value, least, most) ? value : undefined))
  }

  /** A number above zero. @throws {AppError} `gguf-unusable` if the value is not one */
  positive(key: string): number | undefined {
    return this.#typed(key, (value) => (typeof value === 'number' && value > 0 ? value : undefined))
  }

  /** One integer for each layer; a file may give one for all of them. */
  layered(key: string, layers: number, most: number): readonly number[] | undefined {
    return this.#typed(key, (value) => {
      if (!(value instanceof MetadataArray))
        return isInteger(value, 0, most) ? Array<number>(layers).fill(value) : undefined
      const numbers = value.length === layers ? value.numbers() : undefined
      return numbers?.every((one) => isInteger(one, 0, most)) ? numbers : undefined
    })
  }

  has(key: string): boolean {
    return this.#metadata.has(key)
  }

  #typed<T>(key: string, read: (value: MetadataValue) => T | undefined): T | undefined {
    const value = this.#metadata.get(key)
    if (value === undefined) return undefined
    const found = read(value)
    if (found === undefined)
      throw ggufUnusable('field-wrong', {
        what: key,
        value: value instanceof MetadataArray ? 'array' : shortened(value),
      })
    return found
  }
}

const shortened = (value: number | boolean | string): string => String(value).slice(0, LONGEST_SHOWN)

const isInteger = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

/** A required field. @throws {AppError} `gguf-unusable` */
export function needed<T>(value: T | undefined, key: string): T {
  if (value === undefined) throw ggufUnusable('field-missing', { what: key })
  return value
}
