/**
 * Coloured text as numbers, which cross from the worker to the page at no cost. A run is `length * 16 + role`; a line
 * is its runs and a 0. Text behind the last run of a line is plain.
 */

/**
 * Longest line that is coloured, in UTF-16 units: the longest run that fits into the number. Nobody reads longer ones.
 */
const LONGEST_LINE = 0xfff
const ROLE_BITS = 4

/** A node of highlight.js's tree as lowlight gives it (hast). */
export type TreeNode =
  | { readonly type: 'text'; readonly value: string }
  | {
      readonly type: 'element'
      readonly properties: { readonly className?: unknown }
      readonly children: readonly TreeNode[]
    }

/** Collects the runs of a text that comes piece by piece. */
class RunWriter {
  readonly #runs: number[] = []
  #lineStart = 0
  #lineLength = 0
  #length = 0
  #role = 0

  write(text: string, role: number): void {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#piece(end - start, role)
      this.#endLine()
      start = end + 1
    }
    this.#piece(text.length - start, role)
  }

  finish(): Uint16Array<ArrayBuffer> {
    this.#endLine()
    return Uint16Array.from(this.#runs)
  }

  #piece(length: number, role: number): void {
    if (length === 0) return
    if (role !== this.#role) this.#endRun(role)
    this.#length += length
    this.#lineLength += length
  }

  #endRun(next: number): void {
    if (this.#length > 0 && this.#lineLength <= LONGEST_LINE) this.#runs.push((this.#length << ROLE_BITS) | this.#role)
    this.#length = 0
    this.#role = next
  }

  #endLine(): void {
    if (this.#role === 0) this.#length = 0 // the rest is plain without a run
    this.#endRun(0)
    if (this.#lineLength > LONGEST_LINE) this.#runs.length = this.#lineStart
    this.#runs.push(0)
    this.#lineStart = this.#runs.length
    this.#lineLength = 0
  }
}

/**
 * The runs of a whole text.
 *
 * @param roleOf the role of an element with these class names, in one with another role
 */
export function toRuns(
  nodes: readonly TreeNode[],
  roleOf: (classes: readonly string[], around: number) => number,
): Uint16Array<ArrayBuffer> {
  const writer = new RunWriter()
  // Not recursive: a hostile text nests deeper than a stack does.
  const waiting = nodes.toReversed().map((node) => ({ node, role: 0 }))
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, role } = next
    if (node.type === 'text') writer.write(node.value, role)
    else {
      const { className } = node.properties
      const inner = roleOf(Array.isArray(className) ? className.map(String) : [], role)
      for (const child of node.children.toReversed()) waiting.push({ node: child, role: inner })
    }
  }
  return writer.finish()
}

/** The lines from the first one on that differs from an earlier result; undefined if none does. */
export function changedRuns(
  runs: Uint16Array<ArrayBuffer>,
  earlier: Uint16Array,
): { readonly from: number; readonly runs: Uint16Array<ArrayBuffer> } | undefined {
  let at = 0
  let from = 0
  let lineStart = 0
  while (at < runs.length && runs[at] === earlier[at]) {
    if (runs[at] === 0) {
      from += 1
      lineStart = at + 1
    }
    at += 1
  }
  return at === runs.length ? undefined : { from, runs: runs.slice(lineStart) }
}

/** The runs of each line. */
export function toLines(runs: Uint16Array): Uint16Array[] {
  const lines: Uint16Array[] = []
  let start = 0
  for (let end = runs.indexOf(0); end !== -1; end = runs.indexOf(0, start)) {
    lines.push(runs.subarray(start, end))
    start = end + 1
  }
  return lines
}

/** A stretch of a line of one role. */
export interface Piece {
  readonly role: number
  readonly text: string
}

/** Longest piece of plain text: while a line grows, only its last piece is drawn again. */
const LONGEST_PIECE = 1000

/** Cuts a line into pieces. @param runs of the line, or of the line before it grew */
export function toPieces(text: string, runs: Uint16Array | undefined): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const run of runs ?? []) {
    const end = at + (run >> ROLE_BITS)
    if (at < text.length) pieces.push({ role: run & ((1 << ROLE_BITS) - 1), text: text.slice(at, end) })
    at = end
  }
  for (; at < text.length; at += LONGEST_PIECE) pieces.push({ role: 0, text: text.slice(at, at + LONGEST_PIECE) })
  return pieces
}
