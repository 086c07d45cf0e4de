import { RpcClient } from '../platform/rpc'
import { toAppError } from '../shared/errors'
import type { Colours, HighlightProcedures } from './highlight-protocol'

/** Texts are coloured up to this place, in UTF-16 units; the rest stays plain. */
const LONGEST_TEXT = 100_000
/** A grammar that takes longer on a text is stuck in a regular expression (ms). */
const PATIENCE_MS = 3000
/**
 * The pause between two colourings of a growing text: at least this, and this many times the duration of the last one.
 */
const REST_MS = 100
const REST_FACTOR = 8

/**
 * The pause before a growing text is coloured again. It keeps the worker busy for a ninth of the time at most, at any
 * length of the text. So the worker takes no time from the model that writes the text.
 */
export const restAfter = (ms: number): number => Math.max(REST_MS, ms * REST_FACTOR)

/** Told the runs (see runs.ts) of the lines from one on; earlier lines keep their runs. */
export type OnRuns = (from: number, runs: Uint16Array) => void

/** One text that is being coloured. */
class Followed {
  readonly key: number
  readonly grammar: string
  readonly onRuns: OnRuns
  text = ''
  /** The text that the worker was given last. */
  asked: string | undefined
  /** Not coloured before this time (performance.now()). */
  dueAt = 0
  /** Nobody follows it any more, or its grammar got stuck on it. */
  over = false
  /** Told when the worker has finished the text, whatever the result. */
  readonly onAnswered: () => void

  constructor(key: number, grammar: string, onRuns: OnRuns, onAnswered: () => void) {
    this.key = key
    this.grammar = grammar
    this.onRuns = onRuns
    this.onAnswered = onAnswered
  }
}

/** The functions for a follower of one text. */
export interface Following {
  /** @param closed whether the text is whole, so that its colours are wanted at once */
  update(text: string, closed: boolean): void
  stop(): void
}

/**
 * Colours texts in one worker, which is started with the first of them. One text is in the worker at a time, always in
 * its newest state. A text whose grammar gets stuck or fails keeps its state; if no worker can be started, all stay
 * plain.
 */
export class Highlighter {
  readonly #start: () => Worker
  readonly #waiting = new Set<Followed>()
  #client: RpcClient<HighlightProcedures> | undefined
  /** Whether a worker has ever answered. */
  #works = false
  #dead = false
  #busy: Followed | undefined
  #patience: ReturnType<typeof setTimeout> | undefined
  #alarm: ReturnType<typeof setTimeout> | undefined
  #keys = 0

  /** @param start makes the worker, which serves highlight-protocol.ts */
  constructor(start: () => Worker) {
    this.#start = start
  }

  /** Begins to follow a text; nothing is done before its first update. */
  follow(grammar: string, onRuns: OnRuns, onAnswered: () => void = () => undefined): Following {
    this.#keys += 1
    const followed = new Followed(this.#keys, grammar, onRuns, onAnswered)
    return {
      update: (text, closed) => {
        if (followed.over) return
        followed.text = text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text
        if (closed) followed.dueAt = 0
        this.#waiting.add(followed)
        this.#next()
      },
      stop: () => {
        followed.over = true
      },
    }
  }

  /** The runs of a whole text; undefined if it stays plain. */
  async whole(grammar: string, text: string): Promise<Uint16Array | undefined> {
    let found: Uint16Array | undefined
    await new Promise<void>((resolve) => {
      const following = this.follow(grammar, (_from, runs) => (found = runs), resolve)
      following.update(text, true)
    })
    return found
  }

  /** Gives the worker the newest of the texts whose time has come, or sets an alarm for the first. */
  #next(): void {
    if (this.#dead) {
      for (const followed of this.#waiting) followed.onAnswered()
      this.#waiting.clear()
    }
    if (this.#dead || this.#busy) return
    for (const followed of this.#waiting)
      if (followed.over || followed.text === followed.asked) this.#waiting.delete(followed)
    const now = performance.now()
    const waiting = [...this.#waiting]
    const due = waiting.findLast(({ dueAt }) => dueAt <= now)
    clearTimeout(this.#alarm)
    if (due) this.#ask(due)
    else if (waiting.length > 0)
      this.#alarm = setTimeout(() => this.#next(), Math.min(...waiting.map(({ dueAt }) => dueAt)) - now)
  }

  #ask(followed: Followed): void {
    try {
      this.#client ??= this.#open()
    } catch {
      this.#dead = true
      this.#next()
      return
    }
    this.#busy = followed
    this.#waiting.delete(followed)
    followed.asked = followed.text
    const { key, grammar, text } = followed
    const onProgress = () => {
      this.#works = true
      this.#patience = setTimeout(() => this.#giveUp(), PATIENCE_MS)
    }
    this.#client.call('colour', { key, grammar, text }, { onProgress }).then(
      (colours) => this.#done(colours),
      () => this.#failed(),
    )
  }

  #open(): RpcClient<HighlightProcedures> {
    return new RpcClient<HighlightProcedures>(this.#start(), (reason) => {
      this.#dead = !this.#works
      this.#client = undefined
      return toAppError(reason)
    })
  }

  #done({ ms, changed }: Colours): void {
    const followed = this.#busy
    if (followed) followed.dueAt = performance.now() + restAfter(ms)
    if (changed && !followed?.over) followed?.onRuns(changed.from, changed.runs)
    this.#answered()
  }

  /** The next text gets a new worker. */
  #giveUp(): void {
    const client = this.#client
    this.#client = undefined
    client?.end(new DOMException('It took too long.', 'AbortError'))
  }

  /** The text in the worker is never coloured again. */
  #failed(): void {
    if (this.#busy) this.#busy.over = true
    this.#answered()
  }

  #answered(): void {
    clearTimeout(this.#patience)
    const answered = this.#busy
    this.#busy = undefined
    this.#next()
    answered?.onAnswered()
  }
}
