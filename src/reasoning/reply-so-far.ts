import type { Usage } from '../engine/engine'
import { packIds } from '../shared/token-ids'
import type { BegunReply, ReplyEvent } from './replies'

type Begun = Extract<ReplyEvent, { type: 'begun' }>

/** The written part of a reply, so that another engine can continue it. */
export class ReplySoFar {
  /** Tokens of the prompt and of the reply. */
  tokens = 0
  #begun: Begun | undefined
  #text = ''
  #ids: number[] = []
  /** When the engine began, and when its first token came, in ms. */
  #beganAt = 0
  #firstAt: number | undefined
  /** Tokens of the engine that writes now. */
  #fresh = 0
  /** The counts of engines that failed on the way. */
  #before = { newTokens: 0, prefillMs: 0, decodeMs: 0 }

  /** The reply begins, or goes on with another engine. @param promptTokens tokens of the whole prompt */
  begin(begun: Begun, promptTokens: number): void {
    this.#begun = begun
    this.#text = begun.text
    this.#ids = [...begun.ids]
    this.#fresh = 0
    this.#firstAt = undefined
    this.#beganAt = performance.now()
    this.tokens = promptTokens + begun.ids.length
  }

  push(text: string, ids: readonly number[]): void {
    this.#firstAt ??= performance.now()
    this.#text += text
    this.#ids.push(...ids)
    this.#fresh += ids.length
    this.tokens += ids.length
  }

  /** The engine failed: what it has written counts. */
  broke(): void {
    if (this.#firstAt === undefined) return
    this.#before.newTokens += this.#fresh
    this.#before.prefillMs += this.#firstAt - this.#beganAt
    this.#before.decodeMs += performance.now() - this.#firstAt
    this.#fresh = 0
    this.#firstAt = undefined
  }

  /** The counts of the whole reply. @param last those of the engine that wrote its end */
  usage(last: Usage): Usage {
    const { newTokens, prefillMs, decodeMs } = this.#before
    return {
      ...last,
      newTokens: newTokens + last.newTokens,
      prefillMs: prefillMs + last.prefillMs,
      decodeMs: decodeMs + last.decodeMs,
    }
  }

  /** What the next engine continues; undefined as long as nothing is written. */
  get begun(): BegunReply | undefined {
    if (!this.#begun || this.#ids.length === 0) return undefined
    const { opensThought, withoutThought, tokenizer } = this.#begun
    return {
      text: this.#text,
      ...(opensThought && { opensThought }),
      ...(withoutThought && { withoutThought }),
      tokens: { tokenizer, ids: packIds(this.#ids) },
    }
  }
}
