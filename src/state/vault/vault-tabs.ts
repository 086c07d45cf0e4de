import { Channel } from '../../platform/channel'

/** What tabs tell each other about the vault. The key is an object of the browser that no script can read. */
export type VaultNote =
  | { readonly type: 'ask' }
  | { readonly type: 'key'; readonly key: CryptoKey }
  | { readonly type: 'lock' }
  | { readonly type: 'forget' }
  /** Somebody uses a tab. */
  | { readonly type: 'active' }
  | { readonly type: 'who-is-visible' }
  | { readonly type: 'visible' }

/** A tab that has the key answers within this time, in ms. */
const ANSWER_MS = 300

/** The tabs of this site, of which one that is unlocked unlocks the others. */
export class VaultTabs {
  readonly #channel: Channel<VaultNote>
  #key: CryptoKey | undefined

  constructor(name = 'thinktab-vault') {
    this.#channel = new Channel(name)
    this.#channel.listen(({ type }) => {
      if (type === 'ask' && this.#key) this.post({ type: 'key', key: this.#key })
    })
  }

  /** Keeps the key for tabs that ask for it, and tells those that wait. */
  hold(key: CryptoKey): void {
    this.#key = key
    this.post({ type: 'key', key })
  }

  /** No tab gets the key from here any more. */
  drop(): void {
    this.#key = undefined
  }

  /** The key, if another tab has it. */
  async ask(): Promise<CryptoKey | undefined> {
    return await new Promise((resolve) => {
      const stop = this.#channel.listen((note) => {
        if (note.type === 'key') resolve(note.key)
      })
      setTimeout(() => {
        stop()
        resolve(undefined)
      }, ANSWER_MS)
      this.post({ type: 'ask' })
    })
  }

  post(note: VaultNote): void {
    this.#channel.post(note)
  }

  /** Returns a function that ends the listening. */
  listen(listener: (note: VaultNote) => void): () => void {
    return this.#channel.listen(listener)
  }
}
