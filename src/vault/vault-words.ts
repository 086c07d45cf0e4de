import type { WordsCodec } from '../lab/lab-record'
import { BytesSeal } from './bytes-seal'

/** What the words belong to: they are no part of a chat. */
const PLACE = JSON.stringify(['lab'])

/** Encrypts words that are kept as text. */
export class VaultWords implements WordsCodec {
  readonly #bytes: BytesSeal

  constructor(key: CryptoKey) {
    this.#bytes = new BytesSeal(key)
  }

  async encode(words: string): Promise<string> {
    const sealed = await this.#bytes.close(PLACE, words)
    return btoa(Array.from(sealed, (byte) => String.fromCharCode(byte)).join(''))
  }

  /** @throws where it was made under another key, or is damaged */
  async decode(stored: string): Promise<string> {
    return String(
      await this.#bytes.open(
        PLACE,
        Uint8Array.from(atob(stored), (letter) => letter.charCodeAt(0)),
      ),
    )
  }
}
