import type { Question } from '../../lab/question'
import { outcomes, summarise, type Outcome } from '../../lab/results'
import type { LabItem, LabRun, LabText } from '../../lab/run'
import type { Lab } from './lab.svelte'

/** One run as it is looked at: its questions, and the items so far. */
export class LabView {
  questions = $state.raw<readonly Question[]>([])
  items = $state.raw<readonly LabItem[]>([])
  readonly #lab: Lab
  readonly #id: string
  #reading: Promise<void> | undefined

  constructor(lab: Lab, id: string) {
    this.#lab = lab
    this.#id = id
  }

  /** Undefined if it was deleted, or was never here. */
  readonly run = $derived.by((): LabRun | undefined => this.#lab.runs.find(({ id }) => id === this.#id))

  readonly summary = $derived.by(() => this.run && summarise(this.questions, this.items, this.run.settings))

  /** By the place of the question. */
  readonly outcomes = $derived.by((): readonly (Outcome | undefined)[] =>
    this.run ? outcomes(this.questions, this.items, this.run.settings) : [],
  )

  /** Reads the items that have come since. @throws {AppError} as the store does */
  read(): Promise<void> {
    this.#reading ??= this.#readMore().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** The reply of an item; undefined if it is damaged or gone. @throws {AppError} as the store does */
  async text(at: number): Promise<LabText | undefined> {
    return await this.#lab.store.text(this.#id, at)
  }

  async #readMore(): Promise<void> {
    const { store } = this.#lab
    const from = (this.items.at(-1)?.at ?? -1) + 1
    const known = this.questions
    const [questions, more] = await Promise.all([
      known.length > 0 ? known : store.questions(this.#id),
      store.items(this.#id, from),
    ])
    this.questions = questions
    if (more.length > 0) this.items = [...this.items, ...more]
  }
}
