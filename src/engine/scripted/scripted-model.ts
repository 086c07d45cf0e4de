import { AppError } from '../../shared/errors'
import type { GenerationModel } from '../generate'
import { PromptEncoder } from '../prompt-tokens'
import { TokenSequence, type TokenModel } from '../token-sequence'

/** The next step of a reply: tokens with this text, a wait, or a failure. */
export type Step = string | Promise<unknown> | AppError

/** Control tokens of every existing template. */
const CONTROL = [
  '<think>',
  '</think>',
  '<｜begin▁of▁sentence｜>',
  '<｜User｜>',
  '<｜Assistant｜>',
  '<｜end▁of▁sentence｜>',
  '<|im_start|>',
  '<|im_end|>',
  '<|endoftext|>',
] as const

/** Ids below are code points. */
const FIRST_ID = 0x110000

/** The error of an aborted wait. */
export class GivenUp extends Error {}

/** A model with scripted next tokens. A prompt has a token for each character. */
export class ScriptedModel implements TokenModel {
  readonly #vocabulary: string[] = [...CONTROL]
  readonly #ids = new Map<string, number>(CONTROL.map((content, index) => [content, FIRST_ID + index]))
  /** The next steps, until the reply ends. */
  steps: Step[] = []
  /** The text of the token that ends a reply. */
  stop = '<｜end▁of▁sentence｜>'
  /** Ends a wait by its rejection. */
  interrupted: Promise<never> = new Promise(() => undefined)
  /** Every step takes this long. */
  pause: (() => Promise<unknown>) | undefined
  /** The tokens it was fed, for tests of what is prefilled. */
  readonly fed: (readonly number[])[] = []

  reset(): void {
    // A script ignores the KV cache.
  }

  pop(): void {
    // Counts as above.
  }

  async forward(ids: readonly number[]): Promise<number> {
    this.fed.push([...ids])
    await this.pause?.()
    for (let step = this.steps.shift(); step !== undefined; step = this.steps.shift()) {
      if (step instanceof AppError) throw step
      if (typeof step !== 'string') {
        await Promise.race([this.interrupted, step])
        continue
      }
      const [first, ...rest] = step.split(/(<think>|<\/think>)/).filter((part) => part !== '')
      this.steps.unshift(...rest)
      if (first !== undefined) return await Promise.race([this.interrupted, Promise.resolve(this.#idOf(first))])
    }
    return this.#idOf(this.stop)
  }

  /** In the form that `generate` needs, with each token sent at once. */
  generation(contextWindow: number): GenerationModel {
    return {
      sequence: new TokenSequence(this),
      encoder: new PromptEncoder((text) => this.#encode(text), CONTROL),
      contextWindow,
      batchMs: 0,
      decode: (ids) => Array.from(ids, (id) => this.#textOf(id)).join(''),
    }
  }

  #encode(text: string): number[] {
    const id = this.#ids.get(text)
    return id === undefined ? Array.from(text, (character) => character.codePointAt(0) ?? 0) : [id]
  }

  #idOf(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const id = FIRST_ID + this.#vocabulary.length
    this.#vocabulary.push(text)
    this.#ids.set(text, id)
    return id
  }

  #textOf(id: number): string {
    return id < FIRST_ID ? String.fromCodePoint(id) : (this.#vocabulary[id - FIRST_ID] ?? '')
  }
}
