/**
 * Notices that a text goes round in circles. Three signs. Each is measured over so much text that honest work does not
 * show it: a column of zeros, a list of cases, code copied once more. The file test/fixtures/thoughts.ts has the texts
 * that were tried.
 */

/** Longest period of tokens that is looked for. */
const LONGEST_PERIOD = 512
/** A period counts once it has come this often, over at least this many tokens. */
const PERIOD_TIMES = 4
const PERIOD_TOKENS = 128

/** Length of the remembered runs, in tokens. */
const RUN = 16
/** Over this many tokens, this share of runs must have come at least this often before. */
const RUN_WINDOW = 384
const RUN_SHARE = 0.75
const RUN_TIMES = 3

/** Among this many last paragraphs, this many must take everything back ("Wait") and say so little that is new. */
const PARAGRAPHS = 14
const TURNS_BACK = 10
const NOVELTY = 0.25

/** The beginning of a paragraph that takes earlier text back. */
const TURN_BACK =
  /^(?:but\s+)?(?:wait|hmm+|hold on|actually|no,|alternatively|let me (?:re-?check|think again|double.check|verify))|^(?:但是?|不过)?[，,]?\s*(?:等等|等一下|不对|嗯|再想想|重新|让我再)/iu

/** Follows a text token by token. */
export class LoopDetector {
  /** Tokens since the loop was noticed; 0 outside of one. */
  tokens = 0
  readonly #history: number[] = []
  /** For each period: how many of the last tokens equal the token one period before. */
  readonly #equal = new Int32Array(LONGEST_PERIOD + 1)
  readonly #runs = new Map<string, number>()
  /** For each of the last tokens: whether the run that it ends came often before. */
  readonly #oftenRuns: boolean[] = []
  #often = 0
  readonly #paragraphs = new Paragraphs()

  /** @param text what the token adds to the text */
  push(token: number, text: string): void {
    this.#history.push(token)
    const periodic = this.#isPeriodic(token)
    const repeated = this.#repeatsRuns()
    this.#paragraphs.push(text)
    this.tokens = periodic || repeated || this.#paragraphs.turnBack ? this.tokens + 1 : 0
  }

  #isPeriodic(token: number): boolean {
    const { length } = this.#history
    let periodic = false
    for (let period = 1; period <= LONGEST_PERIOD && period < length; period += 1) {
      const equal = this.#history[length - 1 - period] === token ? (this.#equal[period] ?? 0) + 1 : 0
      this.#equal[period] = equal
      if (equal >= Math.max(PERIOD_TOKENS, (PERIOD_TIMES - 1) * period)) periodic = true
    }
    return periodic
  }

  #repeatsRuns(): boolean {
    if (this.#history.length < RUN) return false
    const run = this.#history.slice(-RUN).join()
    const before = this.#runs.get(run) ?? 0
    this.#runs.set(run, before + 1)
    const often = before >= RUN_TIMES
    this.#oftenRuns.push(often)
    if (often) this.#often += 1
    if (this.#oftenRuns.length > RUN_WINDOW && this.#oftenRuns.shift()) this.#often -= 1
    return this.#oftenRuns.length === RUN_WINDOW && this.#often >= RUN_SHARE * RUN_WINDOW
  }
}

/** Paragraphs that take everything back and say nothing new. */
class Paragraphs {
  /** Whether the last paragraphs were of this kind. */
  turnBack = false
  /** The paragraph that is being written. */
  #open = ''
  readonly #last: { readonly back: boolean; readonly novelty: number }[] = []
  readonly #said = new Set<string>()

  push(text: string): void {
    const [rest = '', ...more] = text.split('\n')
    this.#open += rest
    for (const line of more) {
      this.#end()
      this.#open = line
    }
  }

  #end(): void {
    const paragraph = this.#open.trim()
    if (paragraph === '') return
    const pieces = piecesOf(paragraph)
    const fresh = pieces.filter((piece) => !this.#said.has(piece))
    for (const piece of pieces) this.#said.add(piece)
    this.#last.push({ back: TURN_BACK.test(paragraph), novelty: fresh.length / Math.max(pieces.length, 1) })
    if (this.#last.length > PARAGRAPHS) this.#last.shift()
    const back = this.#last.filter((one) => one.back)
    const novelty = back.reduce((total, one) => total + one.novelty, 0) / Math.max(back.length, 1)
    this.turnBack = back.length >= TURNS_BACK && novelty <= NOVELTY
  }
}

/** Three words in a row, or four Chinese characters. Numbers count as written, because honest work changes them. */
function piecesOf(paragraph: string): string[] {
  const words = paragraph.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}.]+/gu) ?? []
  const size = /\p{Script=Han}/u.test(paragraph) ? 4 : 3
  if (words.length <= size) return [words.join(' ')]
  return words.slice(size - 1).map((_, index) => words.slice(index, index + size).join(' '))
}
