/** A part of a reply. `closed`: no more text will come to it. */
export interface Segment {
  readonly kind: 'thought' | 'answer'
  readonly text: string
  readonly closed: boolean
}

const OPEN = '<think>'
const CLOSE = '</think>'

/**
 * Splits a streamed reply into thought and answer.
 *
 * The template may have opened the thought already, so that only the closing tag arrives. A tag may be cut anywhere
 * between two deltas. The thought may be empty or never end. The text after the thought is the answer: a tag in it is
 * text.
 */
export class ReasoningParser {
  #phase: 'start' | 'thought' | 'answer'
  /** Text that is not placed yet, because its end may be an incomplete tag or leading space. */
  #pending = ''
  #thought: string | undefined
  #answer = ''

  /** @param opened whether the prompt ended inside a thought, as DeepSeek-R1's template does */
  constructor(opened: boolean) {
    this.#phase = opened ? 'thought' : 'start'
    if (opened) this.#thought = ''
  }

  /** @returns the whole reply so far */
  push(delta: string): Segment[] {
    this.#pending += delta
    this.#consume(false)
    return this.#segments(false)
  }

  /** @returns the whole reply; an incomplete tag is text after all */
  end(): Segment[] {
    this.#consume(true)
    return this.#segments(true)
  }

  #consume(atEnd: boolean): void {
    if (this.#phase === 'start') this.#start(atEnd)
    if (this.#phase === 'thought') this.#think(atEnd)
    if (this.#phase === 'answer') {
      // The blank lines between thought and answer belong to neither.
      this.#answer = this.#answer === '' ? this.#pending.trimStart() : this.#answer + this.#pending
      this.#pending = ''
    }
  }

  #start(atEnd: boolean): void {
    const text = this.#pending.trimStart()
    if (text.startsWith(OPEN)) {
      this.#thought = ''
      this.#pending = text.slice(OPEN.length)
      this.#phase = 'thought'
    } else if (atEnd || !OPEN.startsWith(text)) {
      this.#phase = 'answer'
    }
  }

  #think(atEnd: boolean): void {
    let thought = this.#thought ?? ''
    if (thought === '') {
      this.#pending = this.#pending.trimStart()
      // Some templates open the thought and the model opens it again.
      while (this.#pending.startsWith(OPEN)) this.#pending = this.#pending.slice(OPEN.length).trimStart()
      if (!atEnd && OPEN.startsWith(this.#pending)) return
    }
    const close = this.#pending.indexOf(CLOSE)
    const end =
      close !== -1 ? close : atEnd ? this.#pending.length : this.#pending.length - partialSuffix(this.#pending, CLOSE)
    thought += this.#pending.slice(0, end)
    this.#thought = thought
    this.#pending = this.#pending.slice(close !== -1 ? end + CLOSE.length : end)
    if (close !== -1) this.#phase = 'answer'
  }

  #segments(atEnd: boolean): Segment[] {
    const segments: Segment[] = []
    const closed = this.#phase === 'answer'
    // Space before the closing tag may turn out to be the end of the thought.
    if (this.#thought !== undefined)
      segments.push({ kind: 'thought', text: this.#thought.trimEnd(), closed: closed || atEnd })
    if (closed) segments.push({ kind: 'answer', text: atEnd ? this.#answer.trimEnd() : this.#answer, closed: atEnd })
    return segments
  }
}

/** Length of the longest end of `text` that is a beginning of `tag`, but not all of it. */
function partialSuffix(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1)
    if (tag.startsWith(text.slice(-length))) return length
  return 0
}

/** Thought and answer of a whole reply; either may be empty. */
export function splitReply(text: string, opened: boolean): { thought: string; answer: string } {
  const parser = new ReasoningParser(opened)
  parser.push(text)
  const segments = parser.end()
  const find = (kind: Segment['kind']) => segments.find((segment) => segment.kind === kind)?.text ?? ''
  return { thought: find('thought'), answer: find('answer') }
}
