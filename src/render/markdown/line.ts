/** Columns from one tab stop to the next. */
const TAB = 4

/** One line of a text, without its end, and how far it has been read. Columns count tabs as up to four spaces. */
export class Line {
  readonly text: string
  /** Index of the next character. */
  offset = 0
  column = 0
  /** Columns of a tab at `offset` that are already read. */
  #tabRead = 0

  constructor(text: string) {
    this.text = text
  }

  /** Index of the next character that is no space or tab. */
  get nonspace(): number {
    let index = this.offset
    while (this.text[index] === ' ' || this.text[index] === '\t') index += 1
    return index
  }

  /** Columns up to the next character that is no space or tab. */
  get indent(): number {
    const end = this.nonspace
    let column = this.column
    for (let index = this.offset; index < end; index += 1)
      column += this.text[index] === '\t' ? TAB - (column % TAB) : 1
    return column - this.column
  }

  get isBlank(): boolean {
    return this.nonspace >= this.text.length
  }

  /** The rest from the next character that is no space or tab. */
  get content(): string {
    return this.text.slice(this.nonspace)
  }

  /** The rest, with the part of a tab that is not read yet as spaces. */
  get rest(): string {
    if (this.#tabRead === 0) return this.text.slice(this.offset)
    return ' '.repeat(TAB - (this.column % TAB)) + this.text.slice(this.offset + 1)
  }

  /** The same line without the match of a pattern at its end. */
  without(end: RegExp): Line {
    const line = new Line(this.text.replace(end, ''))
    line.offset = this.offset
    line.column = this.column
    line.#tabRead = this.#tabRead
    return line
  }

  /** Reads this many columns of spaces and tabs, or fewer if the line has no more of them. */
  skipColumns(columns: number): void {
    let left = columns
    while (left > 0) {
      const character = this.text[this.offset]
      if (character === '\t') {
        const width = TAB - (this.column % TAB)
        const read = Math.min(width, left)
        this.column += read
        left -= read
        this.#tabRead = read < width ? this.#tabRead + read : 0
        if (read < width) return
        this.offset += 1
      } else if (character === ' ') {
        this.offset += 1
        this.column += 1
        left -= 1
      } else return
    }
  }

  /** Reads up to the next character that is no space or tab. */
  skipSpace(): void {
    this.skipColumns(this.indent)
  }

  /** Reads this many characters, none of which is a tab. */
  skip(characters: number): void {
    this.offset += characters
    this.column += characters
  }
}
