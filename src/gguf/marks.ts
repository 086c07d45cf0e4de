import type { Mark, PromptPart } from '../shared/chat-template'

/** Cuts a text of a template into control tokens and the text between them. */
export class MarkReader {
  readonly #added: ReadonlySet<string>
  /**
   * Lengths of the contents, the longest first: of two contents with the same beginning a tokenizer takes the longer.
   */
  readonly #lengths: readonly number[]

  /** @param addedTokens contents that are one token in any text */
  constructor(addedTokens: readonly string[]) {
    this.#added = new Set(addedTokens)
    this.#lengths = [...new Set(addedTokens.map((content) => content.length))].sort((one, other) => other - one)
  }

  read(text: string): Mark {
    const parts: PromptPart[] = []
    let plain = ''
    for (let at = 0; at < text.length;) {
      const length = this.#lengths.find((one) => this.#added.has(text.slice(at, at + one)) && one <= text.length - at)
      if (length === undefined) {
        plain += text.charAt(at)
        at += 1
        continue
      }
      if (plain !== '') parts.push({ kind: 'text', text: plain })
      plain = ''
      parts.push({ kind: 'token', content: text.slice(at, at + length) })
      at += length
    }
    if (plain !== '') parts.push({ kind: 'text', text: plain })
    return parts
  }
}

/** The text that stands for a mark. */
export const textOf = (mark: Mark): string =>
  mark.map((part) => (part.kind === 'token' ? part.content : part.text)).join('')

/** The part that both marks begin with: whole control tokens, and the equal part of texts. */
export function commonStart(one: Mark, other: Mark): Mark {
  const parts: PromptPart[] = []
  for (const [index, part] of one.entries()) {
    const against = other[index]
    if (!against) break
    if (part.kind === 'text' && against.kind === 'text' && part.text !== against.text) {
      const text = part.text.slice(0, equalLength(part.text, against.text))
      if (text !== '') parts.push({ kind: 'text', text })
      break
    }
    if (textOf([part]) !== textOf([against]) || part.kind !== against.kind) break
    parts.push(part)
  }
  return parts
}

function equalLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one.charAt(length) === other.charAt(length)) length += 1
  return length
}

/** The part that both marks end with, by the same rules. */
export const commonEnd = (one: Mark, other: Mark): Mark => reversed(commonStart(reversed(one), reversed(other)))

/** From its end to its beginning; control tokens stay whole. */
const reversed = (mark: Mark): Mark =>
  [...mark].reverse().map((part) => (part.kind === 'token' ? part : { kind: 'text', text: backwards(part.text) }))

/** By UTF-16 units, so that reversing twice gives the same text. */
const backwards = (text: string): string => text.split('').reverse().join('')
