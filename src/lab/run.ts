import type { Build } from '../models/manifest'
import type { ErrorRecord } from '../shared/errors'
import type { Effort } from '../shared/reply-settings'
import type { StoredTokens } from '../shared/token-ids'
import type { Language, Level, Question } from './question'
import type { SuiteName } from './suites'

/** Where the questions of a run come from. */
export interface SuiteOrigin {
  /** `own` for questions of a person's own. */
  readonly name: SuiteName | 'own'
  /** The name of an own suite. */
  readonly title?: string
  readonly language?: Language
  readonly levels?: readonly Level[]
  readonly seed?: number
}

/** How each question of a run is asked. */
export interface RunSettings {
  /** As in the settings of a reply: a name, or a budget in tokens. */
  readonly effort: Effort
  readonly temperature: number
  /** Replies to each question, whose values vote. */
  readonly votes: number
  /** The seed of the first reply to a question; the next ones follow. */
  readonly seed: number
}

/** What a run was computed with, so that somebody else can have the same. */
export interface RunEnvironment {
  readonly engine: 'webllm' | 'wllama' | 'scripted'
  readonly quantization?: string
  /** The sha256 of each file of the model, by its path. */
  readonly files: Readonly<Record<string, string>>
  /** The sha256 of its kernels. */
  readonly kernels?: string
  readonly contextWindow: number
  /** As the browser names the GPU; empty where it does not. */
  readonly adapter: string
  /** As the browser names itself. */
  readonly browser: string
}

/** Why a run waits. */
export type PauseReason = 'person' | 'other-model' | 'failures'

/** A run of a suite: one model, one set of settings. */
export interface LabRun {
  readonly id: string
  /** The series that it belongs to; absent for a run of its own. */
  readonly series?: string
  /** ms since the epoch */
  readonly createdAt: number
  readonly suite: SuiteOrigin
  readonly settings: RunSettings
  readonly model: { readonly id: string; readonly name: string }
  /** The engine that it must run on; absent if it runs as a chat would. */
  readonly engine?: Build['engine']
  /** Known once the first question is answered. */
  readonly environment?: RunEnvironment
  readonly state: 'running' | 'paused' | 'done'
  readonly pausedBy?: PauseReason
  /** The error of the last item that failed. */
  readonly error?: ErrorRecord
  /** The number of questions. */
  readonly questions: number
  /** Items that are finished: replies to questions, in order. */
  readonly finished: number
  /** Questions that are answered rightly and wrongly, by the vote where there is one; the others failed. */
  readonly right: number
  readonly wrong: number
  /** Time in which replies were written, in ms. */
  readonly writtenMs: number
  /** The run whose tokens these are compared with, and how many items have had the same ones. */
  readonly again?: { readonly run: string; readonly same: number }
  /** Set for a run from a file. */
  readonly imported?: true
}

/** One reply to one question, without its text. */
export interface LabItem {
  readonly run: string
  /** Its place in the run, from 0. */
  readonly at: number
  readonly state: 'right' | 'wrong' | 'failed'
  /** Whether the reply ended by itself, went round in circles, or was cut off by a budget or a limit. */
  readonly how: 'ended' | 'looped' | 'cut'
  /** The value that the answer ends with. */
  readonly value?: string
  readonly promptTokens: number
  readonly thoughtTokens: number
  readonly newTokens: number
  readonly prefillMs: number
  readonly decodeMs: number
  /** Set if the reply was broken off and went on, which can change its last digits, and its speed. */
  readonly interrupted?: true
  /** Whether the tokens are those of the run that this one repeats. */
  readonly same?: boolean
  readonly error?: ErrorRecord
}

/** The text of a reply, which is read only when somebody wants to see it. */
export interface LabText {
  readonly run: string
  readonly at: number
  /** As generated. */
  readonly text: string
  readonly opensThought?: true
  readonly tokens?: StoredTokens
}

/** A suite of a person's own. */
export interface OwnSuite {
  readonly id: string
  readonly title: string
  readonly createdAt: number
  readonly questions: readonly Question[]
}

/** The items of a run. */
export const itemsOf = ({ questions, settings }: Pick<LabRun, 'questions' | 'settings'>): number =>
  questions * settings.votes

/** The place of the question that an item answers. */
export const questionAt = (at: number, { votes }: Pick<RunSettings, 'votes'>): number => Math.floor(at / votes)

/** The seed of an item: another one for each reply to a question, the same ones for every question. */
export const seedAt = (at: number, { votes, seed }: Pick<RunSettings, 'votes' | 'seed'>): number =>
  (seed + (at % votes)) % 2 ** 32

/**
 * How long the rest of a run takes, in ms, by the items so far.
 *
 * @returns undefined as long as nothing was measured
 */
export function restMs(run: Pick<LabRun, 'questions' | 'settings' | 'finished' | 'writtenMs'>): number | undefined {
  return run.finished === 0 ? undefined : ((itemsOf(run) - run.finished) * run.writtenMs) / run.finished
}
