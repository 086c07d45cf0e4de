import { AppError } from '../shared/errors'
import type { Prompt, PromptPart } from './engine'

/** A model's own tokenizer; one that runs in another thread answers later. */
export type Encode = (text: string) => ArrayLike<number> | Promise<ArrayLike<number>>

/** Text and control tokens to ids. */
export class PromptEncoder {
  readonly #encode: Encode
  readonly #addedTokens: readonly string[]

  /** @param addedTokens contents that the tokenizer turns into one id wherever it sees them, even in people's text */
  constructor(encode: Encode, addedTokens: readonly string[]) {
    this.#encode = encode
    this.#addedTokens = addedTokens
  }

  /** The id of a control token. */
  async control(content: string): Promise<number> {
    const ids = await this.#encode(content)
    const id = ids[0]
    if (id === undefined || ids.length !== 1)
      throw new AppError('load-failed', `The model's tokenizer has no token ${content}.`, {
        retry: 'never',
        details: { reason: content },
      })
    return id
  }

  async parts(parts: readonly PromptPart[]): Promise<number[]> {
    const ids = parts.map(async (part) =>
      part.kind === 'token' ? [await this.control(part.content)] : this.#plain(part.text),
    )
    return (await Promise.all(ids)).flat()
  }

  /** Encodes text in pieces that contain no whole control token, so that nobody can write one into a prompt. */
  async #plain(text: string): Promise<number[]> {
    const pieces = splitInside(text, this.#addedTokens).map(async (piece) => Array.from(await this.#encode(piece)))
    return (await Promise.all(pieces)).flat()
  }
}

/** Cuts `text` after the first character of every occurrence of one of `contents`. */
export function splitInside(text: string, contents: readonly string[]): string[] {
  const cuts = new Set<number>()
  for (const content of contents)
    for (let at = text.indexOf(content); at !== -1; at = text.indexOf(content, at + 1)) cuts.add(at + 1)
  const bounds = [0, ...[...cuts].sort((a, b) => a - b), text.length]
  return bounds
    .slice(1)
    .map((end, index) => text.slice(bounds[index], end))
    .filter((piece) => piece !== '')
}

export interface FittedPrompt {
  readonly ids: number[]
  readonly droppedTurns: number
}

/**
 * The prompt's ids with as many earlier turns, from the newest back, as `historyTokens` and the context window allow.
 *
 * @throws {AppError} `prompt-too-long` if not even the last question fits with room for one token of reply
 */
export async function fitPrompt(
  encoder: PromptEncoder,
  prompt: Prompt,
  historyTokens: number,
  contextWindow: number,
): Promise<FittedPrompt> {
  const head = await encoder.parts(prompt.head)
  const last = await encoder.parts(prompt.last)
  const room = contextWindow - head.length - last.length - 1
  if (room < 0)
    throw new AppError(
      'prompt-too-long',
      `The question has ${last.length} tokens, and the model's context window only ${contextWindow}.`,
      {
        retry: 'never',
        details: { tokens: last.length, contextWindow },
      },
    )
  const kept: number[][] = []
  let left = Math.min(room, historyTokens)
  for (const turn of prompt.history.toReversed()) {
    const ids = await encoder.parts(turn)
    left -= ids.length
    if (left < 0) break
    kept.unshift(ids)
  }
  return { ids: [...head, ...kept.flat(), ...last], droppedTurns: prompt.history.length - kept.length }
}
