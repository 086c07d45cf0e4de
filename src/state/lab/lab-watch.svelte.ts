import type { LabItem, LabRun, LabText } from '../../lab/run'
import { questionAt, seedAt } from '../../lab/run'
import type { Question } from '../../lab/question'
import type { TokenOdds } from '../../engine/engine'
import type { Replays } from '../../reasoning/replies'
import { isAbort, toAppError, type AppError } from '../../shared/errors'
import type { Lab } from './lab.svelte'
import { marksOf, partsOf, type WatchMark, type WatchPart } from './watch-marks'

/** Tokens a second. */
export const SPEEDS = [1, 2, 4, 8, 16, 32] as const
type Speed = (typeof SPEEDS)[number]

/** A token of the reply, or, where the odds are not known, a word of it. */
export interface WatchToken {
  readonly text: string
  /** Its place in the reply's text, in UTF-16 units. */
  readonly from: number
  readonly kind: WatchPart['kind']
  readonly odds?: Pick<TokenOdds, 'p' | 'likely'>
}

/** A reply that ended went on to be looked for this often, in ms. */
const LOOK_MS = 200
/** Tokens that the engine has told are shown in steps of this long, in ms. */
const FRAME_MS = 60

/** One reply of a run, watched token by token. */
export class Watch {
  question = $state.raw<Question>()
  item = $state.raw<LabItem>()
  tokens = $state.raw<readonly WatchToken[]>([])
  marks = $state.raw<readonly WatchMark[]>([])
  /** How many tokens are shown. */
  at = $state(0)
  isPlaying = $state(false)
  speed = $state<Speed>(4)
  /** Whether the engine still tells the odds of tokens. */
  isReading = $state(false)
  /** Whether the odds cannot be told: the reply is another model's. */
  isForeign = $state(false)
  problem = $state.raw<AppError>()
  readonly #lab: Lab
  readonly #replays: Replays
  readonly #run: string
  readonly #place: number
  readonly #closing = new AbortController()

  /** @param place of the item in the run */
  constructor(lab: Lab, run: string, place: number) {
    this.#lab = lab
    this.#replays = lab.replays
    this.#run = run
    this.#place = place
  }

  readonly run = $derived.by((): LabRun | undefined => this.#lab.runs.find(({ id }) => id === this.#run))

  /** The token that was shown last. */
  readonly token = $derived(this.tokens[this.at - 1])

  /** The marks with the number of the token that each of them lies in. */
  readonly places = $derived(this.marks.map((mark) => ({ mark, token: this.#tokenAt(mark.at) })))

  /** The step of the thought, and the value, that were reached last. */
  readonly step = $derived(this.#reached('step'))
  readonly value = $derived(this.#reached('value'))

  /** Waits until the reply is there, and asks the engine for its odds. Resolves when all is told; never rejects. */
  async open(): Promise<void> {
    try {
      const { store } = this.#lab
      const questions = await store.questions(this.#run)
      const { signal } = this.#closing
      for (;;) {
        const run = await store.run(this.#run)
        if (!run || signal.aborted) return
        this.question = questions[questionAt(this.#place, run.settings)]
        if (run.finished > this.#place) {
          await this.#read(run)
          return
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      }
    } catch (error) {
      if (!isAbort(error)) this.problem = toAppError(error)
    }
  }

  /** Ends what the engine does for this. */
  close(): void {
    this.#closing.abort()
    this.isPlaying = false
  }

  /** Shows so many tokens, at most all. */
  show(count: number): void {
    this.at = Math.min(this.tokens.length, Math.max(0, count))
  }

  /** Shows one token more. At the end the play ends, unless the engine tells more. */
  advance(): void {
    if (this.at < this.tokens.length) this.at += 1
    else if (!this.isReading && this.item) this.isPlaying = false
  }

  /** Plays or pauses; from the end it begins again. */
  toggle(): void {
    if (!this.isPlaying && this.at >= this.tokens.length && !this.isReading) this.at = 0
    this.isPlaying = !this.isPlaying
  }

  /** @param step 1 faster, -1 slower */
  pace(step: 1 | -1): void {
    this.speed = SPEEDS[SPEEDS.indexOf(this.speed) + step] ?? this.speed
  }

  /** Shows the reply up to the next mark, or the one before. */
  jump(step: 1 | -1): void {
    const places = this.places.map(({ token }) => token + 1)
    const next = step === 1 ? places.find((place) => place > this.at) : places.findLast((place) => place < this.at)
    this.show(next ?? (step === 1 ? this.tokens.length : 0))
  }

  async #read(run: LabRun): Promise<void> {
    const { store } = this.#lab
    const items = await store.items(this.#run, this.#place)
    this.item = items.find(({ at }) => at === this.#place)
    const text = await store.text(this.#run, this.#place)
    if (!text) return
    this.marks = marksOf(text.text, text.opensThought !== true)
    const parts = partsOf(text.text, text.opensThought !== true)
    this.isReading = true
    try {
      await this.#replay(run, text, parts)
    } finally {
      this.isReading = false
      if (this.tokens.length === 0) {
        this.isForeign = this.problem === undefined
        this.tokens = placed(
          wordsOf(text.text).map((word) => ({ text: word })),
          parts,
        )
      }
    }
  }

  async #replay(run: LabRun, { tokens, text }: LabText, parts: readonly WatchPart[]): Promise<void> {
    const { question } = this
    if (!tokens || !question) return
    const { effort, temperature } = run.settings
    const settings = { effort, temperature, seed: seedAt(this.#place, run.settings) }
    const turns = [{ role: 'user' as const, text: question.text }]
    const told: TokenOdds[] = []
    let shown = performance.now()
    const show = () => {
      // The text as it was stored, also where a decoder gives the first token another form.
      this.tokens = placed(
        told.map(({ text: word, p, likely }) => ({ text: word, odds: { p, likely } })),
        parts,
      )
      shown = performance.now()
    }
    try {
      for await (const one of this.#replays.replay({ turns, settings }, tokens, this.#closing.signal)) {
        told.push(one)
        if (performance.now() - shown > FRAME_MS) show()
      }
    } catch (error) {
      if (!isAbort(error)) this.problem = toAppError(error)
    }
    // Without the odds of all tokens the rest is shown word by word.
    show()
    const rest = text.slice(told.map((one) => one.text).join('').length)
    if (told.length > 0 && rest.trim() !== '')
      this.tokens = placed([...this.tokens, ...wordsOf(rest).map((word) => ({ text: word }))], parts)
  }

  #tokenAt(place: number): number {
    const next = this.tokens.findIndex(({ from, text }) => from + text.length > place)
    return next === -1 ? this.tokens.length : next
  }

  #reached(kind: 'step' | 'value'): string | undefined {
    const last = this.places.findLast(({ mark, token }) => mark.kind === kind && token < this.at)
    return last && 'label' in last.mark ? last.mark.label : undefined
  }
}

/** Tokens with their places, and the part that each lies in. */
function placed(tokens: readonly Pick<WatchToken, 'text' | 'odds'>[], parts: readonly WatchPart[]): WatchToken[] {
  let from = 0
  return tokens.map(({ text, odds }) => {
    const start = from
    from += text.length
    // A token may begin with the space behind a tag.
    const last = Math.max(start, from - 1)
    const part = parts.find((one) => last >= one.from && last < one.to) ?? parts.at(-1)
    return { text, from: start, kind: part?.kind ?? 'answer', ...(odds && { odds }) }
  })
}

/** Words with the space before them; characters of Chinese. */
const wordsOf = (text: string): string[] =>
  text.match(/\s*(?:<\/?think>|\p{Script=Han}|[^\s\p{Script=Han}<]+|<)|\s+$/gu) ?? []
