import * as v from 'valibot'
import { REPLY_SETTINGS, type Effort } from '../shared/reply-settings'
import { LANGUAGES, LEVELS, type Language, type Level } from './question'
import { SUITES, type SuiteName } from './suites'

/** How a reply is watched. */
export interface WatchLook {
  /** Whether it plays at once. */
  readonly play: boolean
  /** Tokens a second. */
  readonly speed?: number
  /** Large type and nothing to press. */
  readonly present: boolean
  readonly theme?: 'light' | 'dark'
}

/** How questions of an address are asked; of a list each value is tried with each of the others. */
interface AskedSettings {
  readonly efforts: readonly Effort[]
  readonly votes: readonly number[]
  /** Empty is what the model's maker advises. */
  readonly temperatures: readonly number[]
  readonly seeds: readonly number[]
  /** The model that must be chosen, by its id. */
  readonly model?: string
}

/** What an address behind `#/lab?` asks for. */
export type LabAddress =
  /** To watch a reply of the run that the address names. */
  | { readonly kind: 'watch'; readonly at: number; readonly look: WatchLook }
  /** To ask a suite, or one question of it, which is watched. */
  | {
      readonly kind: 'suite'
      readonly suite: SuiteName
      readonly language: Language | undefined
      readonly levels: readonly Level[]
      readonly count: number
      /** The place of the only question, from 1. */
      readonly question?: number
      readonly settings: AskedSettings
      readonly look: WatchLook
    }
  /** To ask a question of the address itself, and to watch the reply. */
  | {
      readonly kind: 'ask'
      readonly text: string
      readonly answer: string
      readonly settings: AskedSettings
      readonly look: WatchLook
    }

/** The parameter of an address that cannot be read. */
interface AddressProblem {
  readonly wrong: string
}

const LONGEST_QUESTION = 2000
const MOST_VALUES = 12

const number = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/), v.transform(Number))
const whole = (least: number, most: number) =>
  v.pipe(number, v.number(), v.integer(), v.minValue(least), v.maxValue(most))
const list = <T>(of: v.GenericSchema<string, T>) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',')),
    v.array(of),
    v.minLength(1),
    v.maxLength(MOST_VALUES),
  )
const effort = v.union([
  v.pipe(v.string(), REPLY_SETTINGS.effort.options[0]),
  v.pipe(number, REPLY_SETTINGS.effort.options[1]),
])
const flag = v.pipe(
  v.picklist(['0', '1']),
  v.transform((text) => text === '1'),
)

const PARAMETERS = {
  suite: v.picklist(SUITES),
  question: whole(1, 500),
  language: v.picklist(LANGUAGES),
  level: v.pipe(
    whole(1, 5),
    v.picklist(LEVELS),
    v.transform((level): readonly Level[] => [level]),
  ),
  count: whole(1, 500),
  ask: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_QUESTION)),
  answer: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  effort: list(effort),
  votes: list(whole(1, 9)),
  temperature: list(v.pipe(number, REPLY_SETTINGS.temperature)),
  seed: list(v.pipe(number, REPLY_SETTINGS.seed)),
  model: v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/)),
  watch: whole(1, 1_000_000),
  play: flag,
  speed: v.pipe(number, v.picklist([1, 2, 4, 8, 16, 32])),
  present: flag,
  theme: v.picklist(['light', 'dark']),
} as const
type Name = keyof typeof PARAMETERS
type Given = { readonly [K in Name]?: v.InferOutput<(typeof PARAMETERS)[K]> }

/**
 * Reads what stands behind `#/lab?`. Every parameter is checked; one that is unknown, comes twice or does not fit is said,
 * and nothing is done.
 *
 * @param query without the question mark
 * @param run whether the address names a run
 */
export function readLabAddress(query: string, run: boolean): LabAddress | AddressProblem {
  const given: Partial<Record<Name, unknown>> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (!isName(name) || name in given) return { wrong: name.slice(0, 40) }
    const result = v.safeParse(PARAMETERS[name], value)
    if (!result.success) return { wrong: name }
    given[name] = result.output
  }
  return addressOf(given as Given, run)
}

const isName = (name: string): name is Name => Object.hasOwn(PARAMETERS, name)

function addressOf(given: Given, run: boolean): LabAddress | AddressProblem {
  const { play, speed, present = false, theme, watch, suite, question, ask, answer, model } = given
  const look: WatchLook = {
    play: play ?? !run,
    present,
    ...(speed !== undefined && { speed }),
    ...(theme && { theme }),
  }
  if (run) return watch === undefined ? { wrong: 'watch' } : { kind: 'watch', at: watch - 1, look }
  const settings: AskedSettings = {
    efforts: given.effort ?? ['normal'],
    votes: given.votes ?? [1],
    temperatures: given.temperature ?? [],
    seeds: given.seed ?? [1],
    ...(model !== undefined && { model }),
  }
  if (ask !== undefined)
    return answer === undefined ? { wrong: 'answer' } : { kind: 'ask', text: ask, answer, settings, look }
  if (suite === undefined) return { wrong: 'suite' }
  return {
    kind: 'suite',
    suite,
    language: given.language,
    levels: given.level ?? LEVELS,
    count: Math.max(given.count ?? 20, question ?? 1),
    ...(question !== undefined && { question }),
    settings,
    look,
  }
}

/** The address of a reply that is watched. */
export function watchAddress(run: string, at: number, look: Partial<WatchLook> = {}): string {
  const { play = false, speed, present = false, theme } = look
  const query = new URLSearchParams({
    watch: String(at + 1),
    ...(play && { play: '1' }),
    ...(speed !== undefined && { speed: String(speed) }),
    ...(present && { present: '1' }),
    ...(theme && { theme }),
  })
  return `#/lab/${run}?${query.toString()}`
}
