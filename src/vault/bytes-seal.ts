/** How a value is encrypted; docs/formats.md describes it for others. */

const VERSION = 1
/** Bytes: a version, a random number for this encryption alone, then the ciphertext with its tag. */
const IV_BYTES = 12
const HEAD_BYTES = 1 + IV_BYTES

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** AES-GCM under one key. Each value is bound to the place where it is kept: elsewhere it cannot be decrypted. */
export class BytesSeal {
  readonly #key: CryptoKey

  /** @param key AES-GCM, 256 bits */
  constructor(key: CryptoKey) {
    this.#key = key
  }

  /** @param place of the value: what it belongs to @param value anything that JSON has, and not undefined */
  async close(place: string, value: unknown): Promise<Uint8Array<ArrayBuffer>> {
    const sealed = new Uint8Array(HEAD_BYTES)
    sealed[0] = VERSION
    const iv = crypto.getRandomValues(sealed.subarray(1))
    const words = encoder.encode(JSON.stringify(value))
    const text = await crypto.subtle.encrypt(algorithm(iv, place), this.#key, words)
    const whole = new Uint8Array(HEAD_BYTES + text.byteLength)
    whole.set(sealed)
    whole.set(new Uint8Array(text), HEAD_BYTES)
    return whole
  }

  /** @throws where it was made under another key or for another place, or is damaged */
  async open(place: string, sealed: Uint8Array<ArrayBuffer>): Promise<unknown> {
    if (sealed[0] !== VERSION) throw new Error(`A sealed value of version ${String(sealed[0])}.`)
    const iv = sealed.subarray(1, HEAD_BYTES)
    const words = await crypto.subtle.decrypt(algorithm(iv, place), this.#key, sealed.subarray(HEAD_BYTES))
    return JSON.parse(decoder.decode(words)) as unknown
  }
}

const algorithm = (iv: Uint8Array<ArrayBuffer>, place: string): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  additionalData: encoder.encode(place),
})
