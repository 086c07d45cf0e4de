import { LabStore, type RunState, type WholeRun } from '../../lab/lab-store'
import type { Question } from '../../lab/question'
import type { LabRun, RunEnvironment, RunSettings, SuiteOrigin } from '../../lab/run'
import type { RunModel, Setting } from '../../lab/series'
import { Channel } from '../../platform/channel'
import type { SettingsStore } from '../../platform/settings-store'
import type { Replays, Replies } from '../../reasoning/replies'
import { toAppError, type AppError } from '../../shared/errors'
import type { DeviceSpeed } from './device-speed.svelte'
import { LabRunner, type LabModels } from './lab-runner'
import { LabSuites } from './lab-suites.svelte'
import { UNFINISHED } from './opened-lab.svelte'

export interface LabParts {
  readonly replies: Replies & Replays
  readonly modelName: () => string
  readonly models: LabModels
  /** The temperature that the maker of the chosen model advises. */
  readonly advised: () => Promise<number>
  readonly environment: (engine: RunEnvironment['engine']) => RunEnvironment | undefined
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  /** Measures this device. */
  readonly speed: DeviceSpeed
  /** ms since the epoch */
  readonly now: () => number
}

/** Runs of suites on the chosen model. */
export class Lab {
  /** The newest first. */
  runs = $state.raw<readonly LabRun[]>([])
  /** Why the storage does not do what it should. */
  problem = $state.raw<AppError>()
  /** The temperature that the maker of the chosen model advises. */
  advised = $state(0)
  readonly own: LabSuites
  /** The models that can answer, the chosen one first; each on its engines, if it has several. */
  models = $state.raw<readonly RunModel[]>([])
  /** The runs that were deleted last, which can be put back. */
  removed = $state.raw<readonly WholeRun[]>([])
  readonly store: LabStore
  readonly #parts: LabParts
  readonly #runner: LabRunner
  readonly #channel: Channel<{ readonly run: string }>

  constructor(parts: LabParts, store = new LabStore()) {
    this.#parts = parts
    this.store = store
    const { name } = store
    const attempt = (action: () => Promise<void>) => this.#attempt(action)
    this.own = new LabSuites(this.store, parts.now, attempt)
    this.#channel = new Channel(name)
    this.#channel.listen(({ run }) => void this.#hear(run))
    const onRun = (run: LabRun) => {
      this.#show(run)
      this.#channel.post({ run: run.id })
    }
    const onProblem = (problem: AppError) => (this.problem = problem)
    this.#runner = new LabRunner({ ...parts, store: this.store, onRun, onProblem }, `${name}-runner`)
  }

  /** Reads what is stored, and goes on with a run that was broken off. */
  async open(): Promise<void> {
    await this.#attempt(async () => {
      const [runs] = await Promise.all([this.store.runs(), this.own.open()])
      this.runs = runs
    })
    this.#work()
    this.advised = await this.#parts.advised().catch(() => 0)
    this.models = await this.#parts.models.list().catch(() => [])
  }

  /** Measures this device. */
  get speed(): DeviceSpeed {
    return this.#parts.speed
  }

  /** What tells the odds of stored replies. */
  get replays(): Replays {
    return this.#parts.replies
  }

  /** The id and the name of the model that the next run asks. */
  get model(): LabRun['model'] {
    return { id: this.#parts.replies.modelId, name: this.#parts.modelName() }
  }

  /** Starts a run of the chosen model, behind those that are to go on. @returns its id */
  async start(suite: SuiteOrigin, questions: readonly Question[], settings: RunSettings): Promise<string> {
    return await this.startAll(suite, questions, [{ model: this.model, settings }])
  }

  /**
   * Starts a run for each setting, behind those that are to go on; several are a series.
   *
   * @param again the run whose tokens they are compared with
   * @returns the id of the run, or of the series
   */
  async startAll(
    suite: SuiteOrigin,
    questions: readonly Question[],
    all: readonly Setting[],
    again?: string,
  ): Promise<string> {
    const series = crypto.randomUUID()
    const now = this.#parts.now()
    const runs = all.map(({ model: { id, name, engine }, settings }, at): LabRun => ({
      id: crypto.randomUUID(),
      ...(all.length > 1 && { series }),
      // Runs are worked on in this order.
      createdAt: now + at,
      suite,
      settings,
      model: { id, name },
      ...(engine && { engine }),
      state: 'running',
      questions: questions.length,
      finished: 0,
      right: 0,
      wrong: 0,
      writtenMs: 0,
      ...(again !== undefined && { again: { run: again, same: 0 } }),
    }))
    for (const run of runs) await this.#put({ run, questions, items: [], texts: [] })
    this.#work()
    const [only, ...others] = runs
    return only && others.length === 0 ? only.id : series
  }

  /** Asks the questions of a run once more, with the same settings and seeds, and compares the tokens. */
  async again({ id, suite, settings, model, engine }: LabRun): Promise<void> {
    await this.#attempt(async () => {
      const same = { model: { ...model, ...(engine && { engine }) }, settings }
      await this.startAll(suite, await this.store.questions(id), [same], id)
    })
  }

  /** Pauses some runs if one of them goes on; else lets those that are not done go on. */
  async toggle(runs: readonly LabRun[]): Promise<void> {
    const isOn = runs.some(({ state }) => state === 'running')
    const next: RunState = isOn ? { state: 'paused', pausedBy: 'person' } : { state: 'running' }
    await this.#attempt(async () => {
      for (const { id, state } of runs) {
        if (state !== (isOn ? 'running' : 'paused')) continue
        const run = await this.store.setState(id, next)
        if (!run) continue
        this.#show(run)
        if (isOn) this.#runner.interrupt(id)
        this.#channel.post({ run: id })
      }
    })
    this.#work()
  }

  /** Deletes runs with their results; `removed` has them then. */
  async remove(runs: readonly LabRun[]): Promise<void> {
    await this.#attempt(async () => {
      const kept: WholeRun[] = []
      for (const { id } of runs) {
        const whole = await this.store.whole(id)
        await this.store.remove(id)
        this.#runner.interrupt(id)
        this.runs = this.runs.filter((one) => one.id !== id)
        if (whole) kept.push(whole)
        this.#channel.post({ run: id })
      }
      this.removed = kept
    })
  }

  /** Deletes every run, suite and measurement of this device, for good. @returns whether that worked */
  async clear(): Promise<boolean> {
    await this.#attempt(async () => {
      const runs = await this.store.runs()
      await this.store.clear()
      this.runs = []
      this.removed = []
      this.own.list = []
      this.speed.list = []
      for (const { id } of runs) {
        this.#runner.interrupt(id)
        this.#channel.post({ run: id })
      }
    })
    this.#note()
    return this.problem === undefined
  }

  /** Adds runs from a file, or puts the deleted ones back; those that were going on wait. */
  async add(runs: readonly WholeRun[]): Promise<void> {
    if (this.removed === runs) this.removed = []
    for (const whole of runs) {
      const { run } = whole
      await this.#put({
        ...whole,
        run: run.state === 'running' ? { ...run, state: 'paused', pausedBy: 'person' } : run,
      })
    }
  }

  async #put(whole: WholeRun): Promise<void> {
    await this.#attempt(async () => {
      await this.store.put(whole)
      this.#show(whole.run)
      this.#channel.post({ run: whole.run.id })
    })
  }

  #work(): void {
    this.#note()
    if (this.runs.some(({ state }) => state === 'running')) void this.#runner.work().then(() => this.#note())
  }

  #note(): void {
    const isUnfinished = this.runs.some(({ state }) => state === 'running')
    this.#parts.settings.set(UNFINISHED, isUnfinished ? 'yes' : undefined)
  }

  #show(run: LabRun): void {
    const others = this.runs.filter(({ id }) => id !== run.id)
    this.runs = [...others, run].sort((a, b) => b.createdAt - a.createdAt)
  }

  /** Another tab has changed, added or deleted a run. */
  async #hear(id: string): Promise<void> {
    await this.#attempt(async () => {
      const run = await this.store.run(id)
      if (run?.state !== 'running') this.#runner.interrupt(id)
      if (run) this.#show(run)
      else this.runs = this.runs.filter((one) => one.id !== id)
    })
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action()
      this.problem = undefined
    } catch (error) {
      this.problem = toAppError(error)
    }
  }
}
