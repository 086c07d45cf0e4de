import type { Effort } from '../shared/reply-settings'
import type { LabRun, RunSettings } from './run'

/** A model on the engine that a run wants; without one it runs as it would in a chat. */
export type RunModel = LabRun['model'] & Pick<LabRun, 'engine'>

/** One model with one set of settings: a run of a series. */
export interface Setting {
  readonly model: RunModel
  readonly settings: RunSettings
}

/** What a series varies: each value of each list with each of the others. */
export interface Grid {
  readonly models: readonly RunModel[]
  readonly efforts: readonly Effort[]
  readonly votes: readonly number[]
  readonly temperatures: readonly number[]
  readonly seeds: readonly number[]
}

/** The limits of a series: more settings are hard to read, more replies take days. */
export const MOST_SETTINGS = 60
export const MOST_REPLIES = 20_000

/** So that all of several replies to a question are not the same. */
const VOTE_TEMPERATURE = 0.6

/**
 * The settings of a grid, the last model's first: so the first one, which is the chosen one, is chosen again at the end.
 * Settings that cannot differ come once: without chance every seed gives the same replies.
 */
export function settingsOf({ models, efforts, votes, temperatures, seeds }: Grid): Setting[] {
  const found = new Map<string, Setting>()
  for (const model of [...models].reverse())
    for (const effort of efforts)
      for (const count of votes)
        for (const given of temperatures)
          for (const seed of seeds) {
            const temperature = count > 1 && given === 0 ? VOTE_TEMPERATURE : given
            const settings = { effort, votes: count, temperature, seed }
            const key = JSON.stringify([model, effort, count, temperature, temperature === 0 ? 0 : seed])
            if (!found.has(key)) found.set(key, { model, settings })
          }
  return [...found.values()]
}

/** The replies that a series asks for. @param questions of its suite */
export const repliesOf = (settings: readonly Setting[], questions: number): number =>
  settings.reduce((total, { settings: { votes } }) => total + votes * questions, 0)

/** Why a series is not started; undefined if it can be. */
export function seriesProblem(
  settings: readonly Setting[],
  questions: number,
): 'none' | 'settings' | 'replies' | undefined {
  if (settings.length === 0) return 'none'
  if (settings.length > MOST_SETTINGS) return 'settings'
  return repliesOf(settings, questions) > MOST_REPLIES ? 'replies' : undefined
}

/** How alike an earlier run is to a setting, for how long a reply takes; 0 if it tells nothing. */
function likeness(run: LabRun, { model, settings }: Setting): number {
  if (run.finished === 0 || run.model.id !== model.id) return 0
  return 1 + (run.engine === model.engine ? 2 : 0) + (run.settings.effort === settings.effort ? 1 : 0)
}

/**
 * How long some settings take, in ms, by the runs that are most alike.
 *
 * @param runs the newest first
 * @returns undefined if nothing is known about one of the models
 */
export function estimateMs(
  settings: readonly Setting[],
  questions: number,
  runs: readonly LabRun[],
): number | undefined {
  let total = 0
  for (const one of settings) {
    const best = runs.reduce<LabRun | undefined>(
      (top, run) => (likeness(run, one) > (top ? likeness(top, one) : 0) ? run : top),
      undefined,
    )
    if (!best) return undefined
    total += (best.writtenMs / best.finished) * one.settings.votes * questions
  }
  return total
}

/** Runs that belong together, or one alone. */
export interface Entry {
  /** The id of the series, or of the run. */
  readonly id: string
  /** In the order in which they are worked on; at least one. */
  readonly runs: readonly [LabRun, ...LabRun[]]
}

/** Runs by their series, the newest first. @param runs the newest first */
export function entriesOf(runs: readonly LabRun[]): Entry[] {
  const entries = new Map<string, [LabRun, ...LabRun[]]>()
  for (const run of runs) {
    const own = entries.get(run.series ?? run.id)
    if (own) own.unshift(run)
    else entries.set(run.series ?? run.id, [run])
  }
  return [...entries].map(([id, own]) => ({ id, runs: own }))
}

/** A list of numbers as somebody types it, `0, 0.6`; undefined if a part is none, or outside the bounds. */
export function numbersOf(text: string, least: number, most: number, whole: boolean): number[] | undefined {
  const parts = text
    .split(/[\s,;，；、]+/)
    .filter((part) => part !== '')
    .map(Number)
  const isFine = (value: number) => value >= least && value <= most && (!whole || Number.isInteger(value))
  return parts.every(isFine) ? [...new Set(parts)] : undefined
}
