import { LAB, LabStore, type RunState, type WholeRun } from '../lab/lab-store'
import { readSuite, type SuiteProblem } from '../lab/own-suite'
import type { Question } from '../lab/question'
import type { LabRun, OwnSuite, RunEnvironment, RunSettings, SuiteOrigin } from '../lab/run'
import { Channel } from '../platform/channel'
import type { SettingsStore } from '../platform/settings-store'
import type { Replies } from '../reasoning/replies'
import { toAppError, type AppError } from '../shared/errors'
import { LabRunner } from './lab-runner'

export interface LabParts {
  readonly replies: Replies
  readonly modelName: () => string
  readonly environment: (engine: RunEnvironment['engine']) => RunEnvironment | undefined
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  /** ms since the epoch */
  readonly now: () => number
}

/** The key of the note that a run is to go on, so that the next page knows without opening the database. */
export const UNFINISHED = 'lab-unfinished'

/** Runs of suites on the chosen model, and suites of a person's own. */
export class Lab {
  /** The newest first. */
  runs = $state.raw<readonly LabRun[]>([])
  suites = $state.raw<readonly OwnSuite[]>([])
  /** Why the storage does not do what it should. */
  problem = $state.raw<AppError>()
  /** The run that was deleted last, which can be put back. */
  removed = $state.raw<WholeRun>()
  readonly store: LabStore
  readonly #parts: LabParts
  readonly #runner: LabRunner
  readonly #channel: Channel<{ readonly run: string }>

  constructor(parts: LabParts, name = LAB) {
    this.#parts = parts
    this.store = new LabStore(name)
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
      const [runs, suites] = await Promise.all([this.store.runs(), this.store.suites()])
      this.runs = runs
      this.suites = suites
    })
    this.#work()
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

  /** Puts the run that was deleted last back; one that was going on waits. */
  async undo(): Promise<void> {
    const { removed } = this
    this.removed = undefined
    if (!removed) return
    const { run } = removed
    await this.#put({
      ...removed,
      run: run.state === 'running' ? { ...run, state: 'paused', pausedBy: 'person' } : run,
    })
  }

  /** Adds a run from a file. */
  async add(whole: WholeRun): Promise<void> {
    await this.#put(whole)
  }

  /** Adds a suite of a person's own. @returns what is wrong with it, in which case nothing is added */
  async addSuite(title: string, text: string): Promise<SuiteProblem | undefined> {
    const read = readSuite(text)
    if ('problem' in read) return read
    const suite = { id: crypto.randomUUID(), title, createdAt: this.#parts.now(), questions: read.questions }
    await this.#attempt(async () => {
      await this.store.putSuite(suite)
      this.suites = [suite, ...this.suites]
    })
    return undefined
  }

  async removeSuite(id: string): Promise<void> {
    await this.#attempt(async () => {
      await this.store.removeSuite(id)
      this.suites = this.suites.filter((suite) => suite.id !== id)
    })
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
