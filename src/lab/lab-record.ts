import * as v from 'valibot'
import { ERROR_CODES } from '../shared/errors'
import { REPLY_SETTINGS } from '../shared/reply-settings'
import { FAMILIES, LANGUAGES, LEVELS, type Question } from './question'
import type { LabItem, LabRun, LabText, OwnSuite } from './run'
import { SUITES } from './suites'

/** How words are kept. Storing them encrypted is another one of these. */
export interface WordsCodec {
  encode(words: string): string | Promise<string>
  /** @throws if what is stored cannot be read */
  decode(stored: string): string | Promise<string>
}

/** A record as IndexedDB gives it. */
export type LabRecord = Readonly<Record<string, unknown>>

/** The version of all records but runs. */
const LAB_VERSION = 1
/** Version 2 of a run may belong to a series; version 1 is a run of its own, and else the same. */
const RUN_VERSION = 2

const count = v.pipe(v.number(), v.minValue(0))
const whole = v.pipe(count, v.integer())
const id = v.pipe(v.string(), v.minLength(1))

export const questionSchema = v.object({
  family: v.exactOptional(v.picklist(FAMILIES)),
  level: v.exactOptional(v.picklist(LEVELS)),
  text: v.string(),
  answer: v.string(),
  tolerance: v.exactOptional(count),
})

const errorSchema = v.object({
  code: v.fallback(v.picklist(ERROR_CODES), 'unexpected'),
  message: v.string(),
  retry: v.picklist(['now', 'later', 'never']),
  details: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
})

export const runSchema = v.object({
  id,
  series: v.exactOptional(id),
  createdAt: v.number(),
  suite: v.object({
    name: v.picklist([...SUITES, 'own']),
    title: v.exactOptional(v.string()),
    language: v.exactOptional(v.picklist(LANGUAGES)),
    levels: v.exactOptional(v.array(v.picklist(LEVELS))),
    seed: v.exactOptional(whole),
  }),
  settings: v.object({
    effort: REPLY_SETTINGS.effort,
    temperature: REPLY_SETTINGS.temperature,
    votes: v.pipe(whole, v.minValue(1)),
    seed: REPLY_SETTINGS.seed,
  }),
  model: v.object({ id, name: v.string() }),
  engine: v.exactOptional(v.picklist(['webgpu', 'processor'])),
  environment: v.exactOptional(
    v.object({
      engine: v.picklist(['webllm', 'wllama', 'scripted']),
      quantization: v.exactOptional(v.string()),
      files: v.record(v.string(), v.string()),
      kernels: v.exactOptional(v.string()),
      contextWindow: whole,
      adapter: v.string(),
      browser: v.string(),
    }),
  ),
  state: v.picklist(['running', 'paused', 'done']),
  pausedBy: v.exactOptional(v.picklist(['person', 'other-model', 'failures'])),
  error: v.exactOptional(errorSchema),
  questions: whole,
  finished: whole,
  right: whole,
  wrong: whole,
  writtenMs: count,
  again: v.exactOptional(v.object({ run: id, same: whole })),
  imported: v.exactOptional(v.literal(true)),
})

export const itemSchema = v.object({
  run: id,
  at: whole,
  state: v.picklist(['right', 'wrong', 'failed']),
  how: v.picklist(['ended', 'looped', 'cut']),
  value: v.exactOptional(v.string()),
  promptTokens: count,
  thoughtTokens: count,
  newTokens: count,
  prefillMs: count,
  decodeMs: count,
  interrupted: v.exactOptional(v.literal(true)),
  same: v.exactOptional(v.boolean()),
  error: v.exactOptional(errorSchema),
})

export const textSchema = v.object({
  run: id,
  at: whole,
  text: v.string(),
  opensThought: v.exactOptional(v.literal(true)),
  tokens: v.exactOptional(v.object({ tokenizer: v.string(), ids: v.string() })),
})

const suiteSchema = v.object({ id, title: v.string(), createdAt: v.number(), words: v.string() })
const listSchema = v.pipe(v.string(), v.parseJson(), v.array(v.unknown()))
const questionsSchema = v.pipe(v.string(), v.parseJson(), v.array(questionSchema))

const isKnown = ({ version }: LabRecord, newest = LAB_VERSION) =>
  typeof version === 'number' && version >= 1 && version <= newest
const parsed = <T>(
  schema: v.GenericSchema<unknown, T>,
  record: LabRecord | undefined,
  newest = LAB_VERSION,
): T | undefined => {
  const result = record && isKnown(record, newest) ? v.safeParse(schema, record) : undefined
  return result?.success ? result.output : undefined
}

const PLAIN: WordsCodec = { encode: (words) => words, decode: (stored) => stored }

/**
 * Between the lab and its database. Every word of a question, a reply and a value goes through the codec of words, so that
 * storing them encrypted is a matter of another codec. A record that is damaged, or of a later version, counts as missing.
 */
export class LabCodec {
  readonly #words: WordsCodec

  constructor(words = PLAIN) {
    this.#words = words
  }

  async encodeRun(run: LabRun): Promise<LabRecord> {
    const { title } = run.suite
    return {
      ...run,
      ...(title !== undefined && { suite: { ...run.suite, title: await this.#words.encode(title) } }),
      version: RUN_VERSION,
    }
  }

  async decodeRun(record: LabRecord | undefined): Promise<LabRun | undefined> {
    const run = parsed(runSchema, record, RUN_VERSION)
    if (run?.suite.title === undefined) return run
    return { ...run, suite: { ...run.suite, title: await this.#words.decode(run.suite.title) } }
  }

  async encodeQuestions(run: string, questions: readonly Question[]): Promise<LabRecord> {
    return { run, version: LAB_VERSION, words: await this.#words.encode(JSON.stringify(questions)) }
  }

  async decodeQuestions(record: LabRecord | undefined): Promise<Question[] | undefined> {
    if (!record || !isKnown(record) || typeof record['words'] !== 'string') return undefined
    const result = v.safeParse(questionsSchema, await this.#words.decode(record['words']))
    return result.success ? result.output : undefined
  }

  /** Some items of a run that follow each other: a hundred records are read ten times as fast as ten thousand. */
  async encodeItems(run: string, block: number, items: readonly LabItem[]): Promise<LabRecord> {
    return { run, block, version: LAB_VERSION, words: await this.#words.encode(JSON.stringify(items)) }
  }

  /** The items of a block that can be read. */
  async decodeItems(record: LabRecord | undefined): Promise<LabItem[]> {
    if (!record || !isKnown(record) || typeof record['words'] !== 'string') return []
    const list = v.safeParse(listSchema, await this.#words.decode(record['words']))
    if (!list.success) return []
    const items = list.output.map((one) => v.safeParse(itemSchema, one))
    return items.flatMap((item) => (item.success ? [item.output] : []))
  }

  /** Tokens are words, too. */
  async encodeText(text: LabText): Promise<LabRecord> {
    const { tokens } = text
    return {
      ...text,
      text: await this.#words.encode(text.text),
      ...(tokens && { tokens: { ...tokens, ids: await this.#words.encode(tokens.ids) } }),
      version: LAB_VERSION,
    }
  }

  async decodeText(record: LabRecord | undefined): Promise<LabText | undefined> {
    const text = parsed(textSchema, record)
    if (!text) return undefined
    const { tokens } = text
    return {
      ...text,
      text: await this.#words.decode(text.text),
      ...(tokens && { tokens: { ...tokens, ids: await this.#words.decode(tokens.ids) } }),
    }
  }

  async encodeSuite({ questions, title, ...suite }: OwnSuite): Promise<LabRecord> {
    const [name, words] = [await this.#words.encode(title), await this.#words.encode(JSON.stringify(questions))]
    return { ...suite, title: name, words, version: LAB_VERSION }
  }

  async decodeSuite(record: LabRecord): Promise<OwnSuite | undefined> {
    const suite = parsed(suiteSchema, record)
    const questions = await this.decodeQuestions(record)
    if (!suite || !questions) return undefined
    const { words: _, title, ...rest } = suite
    return { ...rest, title: await this.#words.decode(title), questions }
  }
}
