import { AppError } from '../shared/errors'

/** The longest address that is asked for, in bytes. */
const LONGEST_ADDRESS = 1024
/** What may go out in the life of a worker, in bytes. The names of a model with 130 shards take 3 kB. */
const SESSION_BYTES = 16 * 1024

/**
 * Limits what can be said by asking: each new word of an address counts, and one that has gone out before is free. So a
 * download of many requests costs little, and a text cut into names ends soon.
 */
export class OutBudget {
  readonly #words = new Set<string>()
  readonly #limit: number
  #spent = 0

  /** @param limit in bytes */
  constructor(limit = SESSION_BYTES) {
    this.#limit = limit
  }

  /**
   * @param address absolute URL; all that is not ASCII is encoded
   * @param more what else the request says, such as a range that the page has chosen
   * @throws {AppError} `address-refused` if it is too long, `budget-spent`; then nothing of it counts
   */
  spend(address: string, more = ''): void {
    if (address.length > LONGEST_ADDRESS)
      throw new AppError('address-refused', `An address of ${address.length} bytes is not asked for.`, {
        retry: 'never',
        details: { file: new URL(address).host },
      })
    const fresh = new Set([...address.split('/'), more].filter((word) => !this.#words.has(word)))
    const bytes = [...fresh].reduce((sum, word) => sum + word.length, 0)
    if (this.#spent + bytes > this.#limit)
      throw new AppError('budget-spent', `More than ${this.#limit} bytes of names would go out.`, {
        retry: 'never',
        details: { limit: this.#limit },
      })
    this.#spent += bytes
    for (const word of fresh) this.#words.add(word)
  }
}
