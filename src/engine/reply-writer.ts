import type { Detokenizer } from './detokenizer'
import type { GenerationStep } from './engine'
import type { EndReason } from './step-policy'

/** Deltas are collected at least this long before they are sent, in ms: a frame of a 60 Hz screen. */
const BATCH_MS = 16

/** Told of each token with the text that it completes, which may be empty. */
type TokenListener = (token: number, text: string) => void

/** Turns tokens into text and sends both, so that the page gets one message for each frame and not for each token. */
export class ReplyWriter {
  readonly #detokenizer: Detokenizer
  readonly #emit: (event: GenerationStep) => void
  readonly #batchMs: number
  readonly #listeners: TokenListener[] = []
  #text = ''
  #ids: number[] = []
  #sent = 0

  constructor(detokenizer: Detokenizer, emit: (event: GenerationStep) => void, batchMs = BATCH_MS) {
    this.#detokenizer = detokenizer
    this.#emit = emit
    this.#batchMs = batchMs
  }

  /** @param listener told of each token from here on */
  onToken(listener: TokenListener): void {
    this.#listeners.push(listener)
  }

  /** Takes tokens that the reply has already: they are not sent, because the page has their text. */
  resume(reply: readonly number[]): void {
    for (const token of reply) this.#read(token)
  }

  push(token: number): void {
    this.#text += this.#read(token)
    this.#ids.push(token)
    if (performance.now() - this.#sent >= this.#batchMs) this.#flush()
  }

  /** Sends the rest. In a reply that ended by itself, even bytes that are no character are meant. */
  end(reason: EndReason): void {
    if (reason === 'stop') this.#text += this.#detokenizer.end()
    this.#flush()
  }

  #read(token: number): string {
    const text = this.#detokenizer.push(token)
    for (const listener of this.#listeners) listener(token, text)
    return text
  }

  #flush(): void {
    if (this.#ids.length === 0 && this.#text === '') return
    this.#emit({ type: 'delta', text: this.#text, ids: this.#ids })
    this.#text = ''
    this.#ids = []
    this.#sent = performance.now()
  }
}
