import { outcomeOf } from '../../lab/results'
import {
  itemsOf,
  questionAt,
  seedAt,
  type LabItem,
  type LabRun,
  type LabText,
  type PauseReason,
  type RunEnvironment,
} from '../../lab/run'
import type { RunModel } from '../../lab/series'
import type { LabStore, RunState } from '../../lab/lab-store'
import type { Question } from '../../lab/question'
import { withLock } from '../../platform/locks'
import type { Replies } from '../../reasoning/replies'
import { AppError, isAbort, toAppError } from '../../shared/errors'
import { answer, type Answered } from './lab-answer'

/** The models that runs are asked of. */
export interface LabModels {
  /** Those that can answer, the chosen one first; each on its engines, if it has several. @throws {AppError} as the storage does */
  list(): Promise<RunModel[]>
  /** Whether the chosen model is this one, on the engine that it must run on. */
  isChosen(run: Pick<LabRun, 'model' | 'engine'>): boolean
  /** Chooses it. @returns whether it is here */
  choose(run: Pick<LabRun, 'model' | 'engine'>): Promise<boolean>
  /** Lets the chosen model run on the engine that a person has chosen again. */
  release(): void
}

export interface RunnerParts {
  readonly store: LabStore
  readonly replies: Replies
  readonly models: LabModels
  /** What a reply of this engine was computed with; undefined while no model is loaded. */
  readonly environment: (engine: RunEnvironment['engine']) => RunEnvironment | undefined
  /** Told of each change of a run, once it is stored. */
  readonly onRun: (run: LabRun) => void
  /** Told when nothing can be stored; the work ends then. */
  readonly onProblem: (error: AppError) => void
}

/** So many replies in a row that break off are no accident: the run waits for a person. */
const MOST_FAILURES = 5

/** A reply that another tab's model, or a reload of this one, has ended is asked for again after this time, in ms. */
const AGAIN_MS = 200

/** Whether a run may change the model: whoever starts a series wants its models to take turns. */
const mayChoose = ({ series, engine }: LabRun): boolean => series !== undefined || engine !== undefined

/**
 * Works on the runs that are to go on, the oldest first, one question after the other. A single run of a model that is
 * not chosen comes after all others. Only one tab of the site works; when it is closed or crashes, the next one that
 * waits goes on behind the last item that is stored.
 */
export class LabRunner {
  readonly #parts: RunnerParts
  readonly #lock: string
  #working: Promise<void> | undefined
  /** Whether somebody has asked for work since it was looked for. */
  #isWanted = false
  /** The run that is worked on, and how to stop it. */
  #current: { readonly id: string; readonly stop: AbortController } | undefined

  /** @param lock the name of the lock that the working tab holds */
  constructor(parts: RunnerParts, lock: string) {
    this.#parts = parts
    this.#lock = lock
  }

  /** Works as long as there is a run to work on. Resolves when there is none; never rejects. */
  work(): Promise<void> {
    this.#isWanted = true
    this.#working ??= withLock(this.#lock, new AbortController().signal, () => this.#workAll())
      .catch((error: unknown) => {
        this.#isWanted = false
        this.#parts.onProblem(toAppError(error))
      })
      .finally(() => {
        this.#working = undefined
      })
    return this.#working
  }

  /** Breaks off the reply that is being written for this run; it is asked for again when the run goes on. */
  interrupt(run: string): void {
    if (this.#current?.id === run) this.#current.stop.abort()
  }

  async #workAll(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false
      const { store, models } = this.#parts
      const waiting = (await store.runs()).filter(({ state }) => state === 'running')
      // The models of a series keep their order: the one that was chosen at the start comes last, and stays.
      const run = waiting.findLast((one) => mayChoose(one) || models.isChosen(one)) ?? waiting.at(-1)
      if (!run) {
        models.release()
        continue
      }
      this.#isWanted = true
      const stop = new AbortController()
      this.#current = { id: run.id, stop }
      await this.#continue(run, stop.signal)
      this.#current = undefined
    }
  }

  /** Goes on with a run until it is done, paused or deleted. */
  async #continue(start: LabRun, signal: AbortSignal): Promise<void> {
    const { store, models } = this.#parts
    if (!models.isChosen(start) && !(mayChoose(start) && (await models.choose(start)))) {
      await this.#pause(start, 'other-model')
      return
    }
    const questions = await store.questions(start.id)
    const votes = start.settings.votes
    /** The replies to the present question. */
    let group = start.finished % votes === 0 ? [] : (await store.items(start.id)).slice(-(start.finished % votes))
    let failures = 0
    let run = start
    /** An item is stored while the next question is being asked. */
    let stored = Promise.resolve(true)
    while (run.finished < itemsOf(run)) {
      const at = run.finished
      const [question] = questions.slice(questionAt(at, run.settings), questionAt(at, run.settings) + 1)
      if (!question) {
        await this.#pause(run, 'failures')
        return
      }
      if (!models.isChosen(run)) {
        if (await stored) await this.#pauseSeries(run)
        return
      }
      let answered: Answered
      try {
        answered = await answer(this.#parts.replies, question, this.#settingsOf(run, at), signal)
      } catch (error) {
        // After an abort it was paused or deleted; whoever did that has stored it.
        if (!(await stored) || signal.aborted) return
        if (!isAbort(error)) {
          await this.#pause(run, 'failures', toAppError(error))
          return
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
        continue
      }
      if (!(await stored)) return
      const { item, text } = await this.#compared(run, at, answered)
      group = [...group, item]
      run = this.#after(run, question, item, group, answered.engine)
      if (group.length === votes) group = []
      stored = this.#store(run, item, text, signal)
      failures = item.state === 'failed' ? failures + 1 : 0
      if (failures === MOST_FAILURES && run.state === 'running' && (await stored)) {
        await this.#pause(run, 'failures', item.error && AppError.fromRecord(item.error))
        return
      }
    }
    await stored
  }

  /** Stores an item, and tells of it. @returns whether the run goes on */
  #store(run: LabRun, item: LabItem, text: LabText, signal: AbortSignal): Promise<boolean> {
    const stored = this.#parts.store.finish(run, item, text).then((isThere) => {
      const goesOn = isThere && !signal.aborted
      if (goesOn) this.#parts.onRun(run)
      return goesOn
    })
    // Whoever waits for it is told, which may be a reply later.
    stored.catch(() => undefined)
    return stored
  }

  #settingsOf({ settings }: LabRun, at: number) {
    const { effort, temperature } = settings
    return { effort, temperature, seed: seedAt(at, settings) }
  }

  /** The item, compared with that of the run which this one repeats. */
  async #compared({ id, again }: LabRun, at: number, answered: Answered): Promise<{ item: LabItem; text: LabText }> {
    const text = { run: id, at, ...answered.text }
    const before = again && (await this.#parts.store.text(again.run, at))
    const same = before?.tokens !== undefined && JSON.stringify(before.tokens) === JSON.stringify(text.tokens)
    return { item: { run: id, at, ...answered.item, ...(again && { same }) }, text }
  }

  /** The run with one more item. */
  #after(
    run: LabRun,
    question: Question,
    item: LabItem,
    group: readonly LabItem[],
    engine: Answered['engine'],
  ): LabRun {
    const outcome = group.length === run.settings.votes ? outcomeOf(question, group) : undefined
    const environment = run.environment ?? (engine && this.#parts.environment(engine))
    const finished = run.finished + 1
    return {
      ...run,
      finished,
      state: finished === itemsOf(run) ? 'done' : 'running',
      right: run.right + (outcome === 'right' ? 1 : 0),
      wrong: run.wrong + (outcome === 'wrong' ? 1 : 0),
      writtenMs: run.writtenMs + item.prefillMs + item.decodeMs,
      ...(environment && { environment }),
      ...(run.again && { again: { ...run.again, same: run.again.same + (item.same ? 1 : 0) } }),
    }
  }

  /** Somebody has chosen another model meanwhile, so none is chosen for the rest of the series either. */
  async #pauseSeries(run: LabRun): Promise<void> {
    await this.#pause(run, 'other-model')
    if (run.series === undefined) return
    for (const other of await this.#parts.store.runs())
      if (other.series === run.series && other.state === 'running') await this.#pause(other, 'other-model')
  }

  async #pause({ id }: LabRun, pausedBy: PauseReason, error?: AppError): Promise<void> {
    const why: RunState = { state: 'paused', pausedBy, ...(error && { error: error.toRecord() }) }
    const paused = await this.#parts.store.setState(id, why)
    if (paused) this.#parts.onRun(paused)
  }
}
