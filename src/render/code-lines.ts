import { continues } from './continues'

/** Lines of a chunk that is full. */
const CHUNK = 64

interface CodeLine {
  /** From 1. */
  readonly number: number
  /** With its line's end, so that all lines together are the text. */
  readonly text: string
  /** Its colours, see highlight/runs.ts; they may belong to an earlier, shorter text. */
  readonly runs: Uint16Array | undefined
}

export type CodeChunk = readonly CodeLine[]

/**
 * A code text that grows, in chunks of lines. Lines that can no longer change keep their identity: new text changes the
 * last chunk only, and new colours change only the chunks of their lines.
 */
export class CodeLines {
  #text = ''
  #chunks: readonly CodeChunk[] = []
  /** The offset of the last line, and its number. */
  #lastStart = 0
  #count = 0
  /** The new colours of each line. */
  #runs: Uint16Array[] = []
  /** The first chunk whose colours may be outdated. */
  #unpainted = Infinity

  get chunks(): readonly CodeChunk[] {
    return this.#chunks
  }

  /** Lines so far; a line's end at the very end starts none. */
  get count(): number {
    return this.#count
  }

  /** @param text the whole text so far; a text that does not continue the last one is read from its start */
  update(text: string): readonly CodeChunk[] {
    if (text === this.#text) return this.#chunks
    if (!continues(text, this.#text)) this.#begin()
    this.#text = text
    let chunk = [...(this.#chunks.at(-1) ?? [])]
    const full = this.#chunks.slice(0, -1)
    if (this.#count > 0) chunk.pop()
    for (let start = this.#lastStart; start < text.length;) {
      if (chunk.length === CHUNK) {
        full.push(chunk)
        chunk = []
      }
      const end = text.indexOf('\n', start)
      const next = end === -1 ? text.length : end + 1
      const index = full.length * CHUNK + chunk.length
      chunk.push({ number: index + 1, text: text.slice(start, next), runs: this.#runs[index] })
      this.#lastStart = start
      start = next
    }
    this.#count = full.length * CHUNK + chunk.length
    this.#chunks = [...full, chunk]
    return this.#chunks
  }

  /** Takes the colours of the lines from one on; they are shown at the next `paint`. */
  colour(from: number, lines: readonly Uint16Array[]): void {
    this.#runs = [...this.#runs.slice(0, from), ...lines]
    this.#unpainted = Math.min(this.#unpainted, Math.floor(from / CHUNK))
  }

  /** Gives at most `most` chunks their lines' colours. @returns whether there is more to do */
  paint(most: number): boolean {
    const chunks = [...this.#chunks]
    for (let left = most; this.#unpainted < chunks.length; this.#unpainted += 1) {
      const chunk = chunks[this.#unpainted] ?? []
      if (chunk.every((line) => sameRuns(line.runs, this.#runs[line.number - 1]))) continue
      if (left === 0) {
        this.#chunks = chunks
        return true
      }
      left -= 1
      chunks[this.#unpainted] = chunk.map((line) => {
        const runs = this.#runs[line.number - 1]
        return sameRuns(line.runs, runs) ? line : { ...line, runs }
      })
    }
    this.#chunks = chunks
    this.#unpainted = Infinity
    return false
  }

  #begin(): void {
    this.#chunks = []
    this.#lastStart = 0
    this.#count = 0
  }
}

function sameRuns(a: Uint16Array | undefined, b: Uint16Array | undefined): boolean {
  if (a === b) return true
  return a !== undefined && a.length === b?.length && a.every((run, index) => run === b[index])
}
