import { AppError } from '../shared/errors'
import type { Prompt, PromptPart, PromptSize } from './engine'

/** A model's own tokenizer; one that runs in another thread answers later. */
export type Encode = (text: string) => ArrayLike<number> | Promise<ArrayLike<number>>

/**
 * This many texts are remembered with their ids, so that an earlier turn is not encoded again for each question after
 * it.
 */
const REMEMBERED = 256

/** Text and control tokens to ids. */
export class PromptEncoder {
  readonly #encode: Encode
  readonly #encodeFurther: Encode
  readonly #addedTokens: readonly string[]
  readonly #known = new Map<string, readonly number[]>()
  /** The ids of control tokens. A prompt has a dozen, and a tokenizer in another thread takes a millisecond for each. */
  readonly #controls = new Map<string, number>()

  /**
   * @param addedTokens contents that the tokenizer turns into one id in any text, even in people's
   * @param encodeFurther for a text that goes on behind another text, if the tokenizer puts a space before each text that
   *   it is given
   */
  constructor(encode: Encode, addedTokens: readonly string[], encodeFurther: Encode = encode) {
    this.#encode = encode
    this.#encodeFurther = encodeFurther
    this.#addedTokens = addedTokens
  }

  /** Whether the tokenizer has a control token of this content. */
  has(content: string): boolean {
    return this.#addedTokens.includes(content)
  }

  /** The id of a control token. */
  async control(content: string): Promise<number> {
    const known = this.#controls.get(content)
    if (known !== undefined) return known
    const ids = await this.#encode(content)
    const id = ids[0]
    if (id === undefined || ids.length !== 1)
      throw new AppError('load-failed', `The model's tokenizer has no token ${content}.`, {
        retry: 'never',
        details: { reason: content },
      })
    this.#controls.set(content, id)
    return id
  }

  /** @param behind the part before these, if they do not begin a prompt */
  async parts(parts: readonly PromptPart[], behind?: PromptPart): Promise<number[]> {
    const there = parts.filter((part) =>
      part.kind === 'text' ? part.text !== '' : !part.optional || this.has(part.content),
    )
    const ids = there.map(async (part, index) => {
      if (part.kind === 'token') return [await this.control(part.content)]
      return await this.#plain(part.text, (there[index - 1] ?? behind)?.kind === 'text')
    })
    return (await Promise.all(ids)).flat()
  }

  /**
   * Encodes text in pieces that contain no whole control token, so that nobody can write one into a prompt.
   *
   * @param isFurther whether it goes on behind another text
   */
  async #plain(text: string, isFurther: boolean): Promise<readonly number[]> {
    const key = `${isFurther ? '+' : ''}:${text}`
    const known = this.#known.get(key)
    if (known) return known
    const ids = await this.#encodePieces(text, isFurther)
    this.#known.set(key, ids)
    const [oldest] = this.#known.keys()
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest)
    return ids
  }

  async #encodePieces(text: string, isFurther: boolean): Promise<number[]> {
    const pieces = splitInside(text, this.#addedTokens).map(async (piece, index) => {
      const encode = isFurther || index > 0 ? this.#encodeFurther : this.#encode
      return Array.from(await encode(piece))
    })
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
  readonly ids: readonly number[]
  readonly size: PromptSize
}

/**
 * The prompt's ids with as many earlier turns as `historyTokens` and the context window allow. Pinned turns come first,
 * then the others, each from the newest back.
 *
 * @param replyTokens tokens that the reply has already, which need room too
 * @throws {AppError} `prompt-too-long` if the last question does not fit with room for one token of reply;
 *   `reply-too-long` if the reply that exists is the cause
 */
export async function fitPrompt(
  encoder: PromptEncoder,
  prompt: Prompt,
  historyTokens: number,
  contextWindow: number,
  replyTokens = 0,
): Promise<FittedPrompt> {
  const behind = prompt.instructions?.behind ?? 0
  const [head, instructions, last, ...history] = await Promise.all([
    encoder.parts(prompt.head),
    encoder.parts(prompt.instructions?.parts ?? [], prompt.last[behind - 1]),
    turnIds(encoder, prompt.last, behind),
    ...prompt.history.map(({ parts }) => turnIds(encoder, parts, behind)),
  ])
  const free = contextWindow - head.length - instructions.length - last.ids.length - 1
  if (free < replyTokens) throw tooLong(last.ids.length, free < 0 ? 0 : replyTokens, contextWindow)
  const kept = keptTurns(
    prompt.history.map(({ pinned }, index) => ({ tokens: history[index]?.ids.length ?? 0, pinned: pinned === true })),
    Math.min(free - replyTokens, historyTokens),
  )
  const turns = [...history.filter((_, index) => kept.has(index)), last]
  const first = turns[0] ?? last
  const others = turns.slice(1).flatMap((turn) => turn.ids)
  const ids = [...head, ...first.ids.slice(0, first.mark), ...instructions, ...first.ids.slice(first.mark), ...others]
  const droppedTurns = history.length - kept.size
  return { ids, size: { promptTokens: ids.length, lastTokens: last.ids.length, droppedTurns, contextWindow } }
}

/** @returns a turn's ids, and how many of them belong to its first `behind` parts */
async function turnIds(
  encoder: PromptEncoder,
  parts: readonly PromptPart[],
  behind: number,
): Promise<{ ids: readonly number[]; mark: number }> {
  const [mark, rest] = await Promise.all([
    encoder.parts(parts.slice(0, behind)),
    encoder.parts(parts.slice(behind), parts[behind - 1]),
  ])
  return { ids: [...mark, ...rest], mark: mark.length }
}

/** The places of the turns that fit. */
function keptTurns(turns: readonly { tokens: number; pinned: boolean }[], room: number): ReadonlySet<number> {
  const kept = new Set<number>()
  let left = room
  for (const pinned of [true, false])
    for (const [index, turn] of [...turns.entries()].reverse()) {
      if (turn.pinned !== pinned) continue
      // The turns kept are consecutive: an unpinned turn that does not fit ends the search.
      if (turn.tokens > left && !pinned) break
      if (turn.tokens > left) continue
      left -= turn.tokens
      kept.add(index)
    }
  return kept
}

function tooLong(tokens: number, replyTokens: number, contextWindow: number): AppError {
  if (replyTokens > 0)
    return new AppError('reply-too-long', `The reply has ${replyTokens} tokens and fills the context window.`, {
      retry: 'never',
      details: { tokens: replyTokens, contextWindow },
    })
  return new AppError(
    'prompt-too-long',
    `The question has ${tokens} tokens, and the model's context window only ${contextWindow}.`,
    { retry: 'never', details: { tokens, contextWindow } },
  )
}
