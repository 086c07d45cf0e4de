import * as v from 'valibot'

/** How much a model may think, from not at all to without limit. */
export const EFFORTS = ['off', 'short', 'normal', 'long', 'unlimited'] as const

/** The language that a thought begins in: that of the question, or always the same one. */
export const THOUGHT_LANGUAGES = ['question', 'zh-CN', 'en'] as const

const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most))
const whole = (least: number, most: number) => v.pipe(between(least, most), v.integer())

/** The allowed values of each setting. */
export const REPLY_SETTINGS = {
  /** The system text. */
  instructions: v.pipe(v.string(), v.minLength(1), v.maxLength(20_000)),
  /** By name, or a number: most tokens of a thought. */
  effort: v.union([v.picklist(EFFORTS), whole(1, 131_072)]),
  thoughtLanguage: v.picklist(THOUGHT_LANGUAGES),
  /** 0 is greedy: the likeliest token each time. */
  temperature: between(0, 2),
  /** Keeps the likeliest tokens that together have this probability. */
  topP: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  /** Keeps this many of the likeliest tokens; 0 keeps all. */
  topK: whole(0, 1000),
  /** Leaves out tokens less likely than the likeliest times this. */
  minP: between(0, 1),
  /** Divides the logits of tokens in the text so far (Keskar et al. 2019, CTRL); 1 changes nothing. */
  repetitionPenalty: between(0.5, 2),
  /** Subtracted once from the logits of tokens in the text so far (as OpenAI defines it); 0 changes nothing. */
  presencePenalty: between(-2, 2),
  /** Subtracted from a token's logit for each time that it occurs in the text so far; 0 changes nothing. */
  frequencyPenalty: between(-2, 2),
  /** Most tokens of an answer, thought not counted. */
  longestAnswer: whole(1, 131_072),
  /** The same seed gives the same reply again on the same device. */
  seed: whole(0, 4_294_967_295),
} as const

export type Effort = v.InferOutput<typeof REPLY_SETTINGS.effort>
export type ThoughtLanguage = v.InferOutput<typeof REPLY_SETTINGS.thoughtLanguage>

/**
 * The settings of a reply, for one chat, as a default or as a preset. An absent setting follows the advice of the
 * model's maker.
 */
export type ReplySettings = {
  readonly [Name in keyof typeof REPLY_SETTINGS]?: v.InferOutput<(typeof REPLY_SETTINGS)[Name]>
}

/** Reads stored settings: a wrong one is left out, and does not affect the others. */
export function readReplySettings(data: unknown): ReplySettings {
  if (typeof data !== 'object' || data === null) return {}
  return Object.fromEntries(
    Object.entries(REPLY_SETTINGS).flatMap(([name, schema]) => {
      const result = v.safeParse(schema, (data as Record<string, unknown>)[name])
      return result.success ? [[name, result.output]] : []
    }),
  )
}
