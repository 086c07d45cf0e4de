import * as v from 'valibot'

/** A control token by its content, or text that is encoded as plain text whatever it contains. */
export type PromptPart =
  /** `optional`: left out if the tokenizer has no such token. */
  | { readonly kind: 'token'; readonly content: string; readonly optional?: true }
  | { readonly kind: 'text'; readonly text: string }

/** The parts at one place of every prompt. */
export type Mark = readonly PromptPart[]

/** The marks around the words of a turn. */
export interface TurnMarks {
  readonly before: Mark
  readonly after: Mark
}

/**
 * The form in which a conversation is written for a model. A template is data, so that no person's words are ever read
 * as part of it.
 */
export interface ChatTemplate {
  /** The beginning of a prompt: a control token, a system turn of the model's own, or nothing. */
  readonly begin: Mark
  /**
   * Marks around instructions, in place of `begin`. With `inQuestion` the instructions stand behind `begin` and the
   * mark before the first question. Without a `system`, they are put there too, with a blank line after them, as
   * DeepSeek advises for R1.
   */
  readonly system?: TurnMarks & { readonly inQuestion?: true }
  readonly user: TurnMarks
  readonly assistant: TurnMarks
  /** Stands before the wanted reply, if that differs from the mark before an earlier one. */
  readonly openReply?: Mark
  /** Opens the thought for the model. Without it the model writes the opening tag itself, or does not think. */
  readonly openThought?: Mark
  /** Makes a model that thinks answer at once. */
  readonly noThought?: Mark
  /** The control tokens around a thought; absent for a model that does not think. */
  readonly thought?: { readonly open: '<think>'; readonly close: '</think>' }
  /** Control tokens that end a reply. */
  readonly stop: readonly string[]
}

/** Most UTF-16 units of a control token's content, and of a text in a mark; published templates stay far below both. */
const LONGEST_TOKEN = 128
const LONGEST_MARK_TEXT = 4096
/** Most parts of a mark, and most control tokens that end a reply. */
const MOST_PARTS = 32
const MOST_STOPS = 32

const tokenSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_TOKEN))
const partSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('token'), content: tokenSchema, optional: v.exactOptional(v.literal(true)) }),
  v.strictObject({
    kind: v.literal('text'),
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_MARK_TEXT)),
  }),
])
const markSchema = v.pipe(v.array(partSchema), v.maxLength(MOST_PARTS))
const turnSchema = v.strictObject({ before: markSchema, after: markSchema })

/** A ChatTemplate that came from outside. */
export const chatTemplateSchema = v.strictObject({
  begin: markSchema,
  system: v.exactOptional(v.strictObject({ ...turnSchema.entries, inQuestion: v.exactOptional(v.literal(true)) })),
  user: turnSchema,
  assistant: turnSchema,
  openReply: v.exactOptional(markSchema),
  openThought: v.exactOptional(markSchema),
  noThought: v.exactOptional(markSchema),
  thought: v.exactOptional(v.strictObject({ open: v.literal('<think>'), close: v.literal('</think>') })),
  stop: v.pipe(v.array(tokenSchema), v.minLength(1), v.maxLength(MOST_STOPS)),
})
