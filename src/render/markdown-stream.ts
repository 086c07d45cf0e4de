import { Lexer, Tokenizer, type Token } from 'marked'
import type { Block } from './blocks'
import { continues } from './continues'
import { toBlocks } from './convert'

/** Blocks of a part that is full. */
const PART = 16

/**
 * A Markdown text that grows. Only the end of it is read again when text comes, and its blocks come in parts, so that the
 * interface redraws and lays out no more than the last of them: full parts keep their identity once nothing in them can
 * change.
 */
export class MarkdownStream {
  #text = ''
  /** Blocks that no later text can change, in parts of which all but the last are full, and how much of the text they cover. */
  #settled: Block[][] = [[]]
  #settledLength = 0
  #parts: readonly (readonly Block[])[] = []

  /** @param source the whole text so far; one that does not continue the last is read from its start */
  update(source: string): readonly (readonly Block[])[] {
    const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
    if (text === this.#text) return this.#parts
    if (!continues(text, this.#text)) {
      this.#settled = [[]]
      this.#settledLength = 0
    }
    this.#text = text
    const tokens = lex(text.slice(this.#settledLength))
    const open = firstOpen(tokens)
    const closed = tokens.slice(0, open)
    for (const block of toBlocks(closed)) this.#settle(block)
    this.#settledLength += closed.reduce((length, token) => length + token.raw.length, 0)
    const last = [...(this.#settled.at(-1) ?? []), ...toBlocks(tokens.slice(open))]
    this.#parts = [...this.#settled.slice(0, -1), last]
    return this.#parts
  }

  #settle(block: Block): void {
    const part = this.#settled.at(-1)
    if (part && part.length < PART) part.push(block)
    else this.#settled.push([block])
  }
}

/**
 * Where the blocks begin that later text may change: the last one, what stands before it without a blank line between, and
 * a list above that, which may take it up (`2` becomes its next item when `.` comes).
 */
function firstOpen(tokens: readonly Token[]): number {
  let open = tokens.length
  do open = tokens.slice(0, open).findLastIndex((token) => token.type !== 'space')
  while (open > 0 && !isSettledBefore(tokens, open))
  return Math.max(open, 0)
}

/** Whether nothing that comes can change the blocks before this one. */
function isSettledBefore(tokens: readonly Token[], index: number): boolean {
  const above = tokens[index - 1]
  if (above?.type !== 'space' && !above?.raw.endsWith('\n\n')) return false
  const list = tokens.slice(0, index).findLast((token) => token.type !== 'space')?.type === 'list'
  return !list || !MARKER_TO_BE.test(tokens[index]?.raw ?? '')
}

/** A first line that may yet become the marker of a list's next item. */
const MARKER_TO_BE = /^ {0,3}(?:[-+*]|\d{1,9}[.)]?)?[ \t]*(?:\n|$)/

/** Blocks of a whole text. */
export function parseMarkdown(text: string): readonly Block[] {
  return new MarkdownStream().update(text).flat()
}

/** Without link definitions: `[a]: url` far below would change what stands above it, which a stream cannot take back. */
class StreamTokenizer extends Tokenizer {
  override def(): undefined {
    return undefined
  }
}

function lex(text: string): Token[] {
  return new Lexer({ gfm: true, tokenizer: new StreamTokenizer() }).lex(text)
}
