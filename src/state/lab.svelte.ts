import { LabStore, type RunState, type WholeRun } from '../lab/lab-store'
import type { Question } from '../lab/question'
import type { LabRun, RunEnvironment, RunSettings, SuiteOrigin } from '../lab/run'
import { Channel } from '../platform/channel'
import type { SettingsStore } from '../platform/settings-store'
import type { Replies } from '../reasoning/replies'
import { toAppError, type AppError } from '../shared/errors'
import { LabRunner } from './lab-runner'
import { LabSuites } from './lab-suites.svelte'
import { UNFINISHED } from './opened-lab.svelte'

export interface LabParts {
  readonly replies: Replies
  readonly modelName: () => string
  /** The temperature that the maker of the chosen model advises. */
  readonly advised: () => Promise<number>
  readonly environment: (engine: RunEnvironment['engine']) => RunEnvironment | undefined
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
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
  /** The run that was deleted last, which can be put back. */
  removed = $state.raw<WholeRun>()
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
  }

  /** The id and the name of the model that the next run asks. */
  get model(): LabRun['model'] {
    return { id: this.#parts.replies.modelId, name: this.#parts.modelName() }
  }

  /** Starts a run, behind those that are to go on. @param again the run whose tokens it is compared with */
  async start(
    suite: SuiteOrigin,
    questions: readonly Question[],
    settings: RunSettings,
    again?: string,
  ): Promise<void> {
    const run: LabRun = {
      id: crypto.randomUUID(),
      createdAt: this.#parts.now(),
      suite,
      settings,
      model: this.model,
      state: 'running',
      questions: questions.length,
      finished: 0,
      right: 0,
      wrong: 0,
      writtenMs: 0,
      ...(again !== undefined && { again: { run: again, same: 0 } }),
    }
    await this.#put({ run, questions, items: [], texts: [] })
    this.#work()
  }

  /** Asks the questions of a run once more, with the same settings and seeds, and compares the tokens. */
  async again({ id, suite, settings }: LabRun): Promise<void> {
    await this.#attempt(async () => {
      await this.start(suite, await this.store.questions(id), settings, id)
    })
  }

  /** Pauses a run, or lets it go on. */
  async toggle(run: LabRun): Promise<void> {
    await this.#attempt(async () => {
      const state: RunState = run.state === 'running' ? { state: 'paused', pausedBy: 'person' } : { state: 'running' }
      const next = await this.store.setState(run.id, state)
      if (!next) return
      this.#show(next)
      if (next.state === 'paused') this.#runner.interrupt(run.id)
      this.#channel.post({ run: run.id })
    })
    this.#work()
  }

  /** Deletes a run with its results; `removed` has it then. */
  async remove(run: LabRun): Promise<void> {
    await this.#attempt(async () => {
      const whole = await this.store.whole(run.id)
      await this.store.remove(run.id)
      this.#runner.interrupt(run.id)
      this.runs = this.runs.filter(({ id }) => id !== run.id)
      this.removed = whole
      this.#channel.post({ run: run.id })
    })
  }

  /** Adds a run from a file, or puts the deleted one back; one that was going on waits. */
  async add(whole: WholeRun): Promise<void> {
    const { run } = whole
    if (this.removed === whole) this.removed = undefined
    await this.#put({ ...whole, run: run.state === 'running' ? { ...run, state: 'paused', pausedBy: 'person' } : run })
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
