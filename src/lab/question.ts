import type { Random } from './random'

/** The languages of generated questions. */
export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

/** The dial of difficulty, from easy to hard. */
export const LEVELS = [1, 2, 3, 4, 5] as const
export type Level = (typeof LEVELS)[number]

/** The kinds of questions that are generated. */
export const FAMILIES = [
  'arithmetic',
  'decimals',
  'letters',
  'stories',
  'order',
  'grids',
  'dates',
  'clocks',
  'prices',
  'tracing',
  'remainders',
  'classics',
] as const
export type FamilyName = (typeof FAMILIES)[number]

/** A question with the one value that answers it. */
export interface Question {
  /** Its kind; absent for a person's own question. */
  readonly family?: FamilyName
  readonly level?: Level
  readonly text: string
  /** A number, a time (`9:05`), a fraction or a word. */
  readonly answer: string
  /** How far a number may be from the answer; 0 if absent. */
  readonly tolerance?: number
}

/** Makes questions of one kind. Its answer is the value that `finalValue` finds in a right reply. */
export type Family = (
  random: Random,
  level: Level,
  language: Language,
) => Pick<Question, 'text' | 'answer' | 'tolerance'>

/** The value for a level. */
export const byLevel = <T>(level: Level, values: readonly [T, T, T, T, T]): T =>
  [values[0], values[1], values[2], values[3], values[4]][level - 1] ?? values[0]
