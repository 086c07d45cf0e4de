import type { Language, Level } from '../../lab/question'
import { numbersOf, seriesProblem, settingsOf, type RunModel, type Setting } from '../../lab/series'
import type { Effort } from '../../shared/reply-settings'
import type { Lab } from './lab.svelte'

const MOST_SEED = 2 ** 32 - 1
const MOST_BUDGET = 131_072

/** The settings of the next run, as somebody chooses them. Of the lists each value is tried with each of the others. */
export class LabForm {
  language = $state() as Language
  level = $state<Level | 'all'>('all')
  /** The number of questions. */
  count = $state(50)
  efforts = $state.raw<readonly Effort[]>(['normal'])
  /** Most tokens of a thought, as typed. */
  budgets = $state('')
  votes = $state.raw<readonly number[]>([1])
  /** As typed; empty is the one that the model's maker advises. */
  temperatures = $state('')
  /** As typed; the first also makes the questions. */
  seeds = $state('1')
  /** Which of the models are asked; empty is the chosen one. */
  models = $state.raw<readonly RunModel[]>([])
  readonly #lab: Pick<Lab, 'model' | 'models' | 'advised'>

  constructor(lab: Pick<Lab, 'model' | 'models' | 'advised'>, language: Language) {
    this.#lab = lab
    this.language = language
  }

  /** Every setting of the run; undefined where something typed is no list of numbers. */
  readonly settings = $derived.by((): readonly Setting[] => {
    const budgets = numbersOf(this.budgets, 1, MOST_BUDGET, true)
    const typed = numbersOf(this.temperatures, 0, 2, false)
    const seeds = numbersOf(this.seeds, 0, MOST_SEED, true)
    if (!budgets || !typed || !seeds) return []
    const temperatures = typed.length > 0 ? typed : [this.#lab.advised]
    const models = this.models.length > 0 ? this.models : [this.#lab.model]
    return settingsOf({ models, efforts: [...this.efforts, ...budgets], votes: this.votes, temperatures, seeds })
  })

  readonly problem = $derived(seriesProblem(this.settings, this.count))

  /** The seed that makes the questions. */
  get seed(): number {
    return numbersOf(this.seeds, 0, MOST_SEED, true)?.[0] ?? 1
  }

  isAsked(model: RunModel): boolean {
    const own = keyOf(model)
    if (this.models.length === 0) return own === keyOf(this.#lab.model)
    return this.models.some((one) => keyOf(one) === own)
  }

  /** Asks a model, or does not, in the order in which they are listed. */
  ask(model: RunModel, isWanted: boolean): void {
    const own = keyOf(model)
    this.models = this.#lab.models.filter((one) => (keyOf(one) === own ? isWanted : this.isAsked(one)))
  }

  toggleEffort(effort: Effort, isWanted: boolean): void {
    this.efforts = toggled(this.efforts, effort, isWanted)
  }

  toggleVotes(votes: number, isWanted: boolean): void {
    this.votes = toggled(this.votes, votes, isWanted)
  }
}

const keyOf = ({ id, engine }: RunModel) => `${id} ${engine ?? ''}`

const toggled = <T>(list: readonly T[], value: T, isWanted: boolean): readonly T[] =>
  isWanted ? [...list, value] : list.filter((one) => one !== value)
