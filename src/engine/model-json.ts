import * as v from 'valibot'
import { AppError } from '../shared/errors'
import { isFilePath } from '../shared/file-path'
import { parseAs } from '../shared/parse-as'

/** A description that is larger is refused before it is read; bytes. The largest tokenizers seen have 34 MB. */
const LARGEST = 64 * 1024 * 1024

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1))
/** Minus one is "none". */
const wholeOrNone = v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(2 ** 31 - 1))
const texts = v.array(v.string())

/** The part of tokenizer.json that names contents which become one token in any text, and that there is a vocabulary. */
const tokenizerSchema = v.object({
  model: v.object({ vocab: v.custom<object>((value) => typeof value === 'object' && value !== null) }),
  added_tokens: v.optional(v.array(v.object({ id: whole, content: v.string() })), []),
})

/** What WebLLM reads of mlc-chat-config.json without looking at it. Prompts are assembled elsewhere. */
const chatConfigSchema = v.looseObject({
  vocab_size: v.pipe(whole, v.minValue(1)),
  context_window_size: wholeOrNone,
  sliding_window_size: v.optional(wholeOrNone),
  attention_sink_size: v.optional(wholeOrNone),
  prefill_chunk_size: v.optional(wholeOrNone),
  tokenizer_files: v.pipe(
    texts,
    v.check((files) => files.includes('tokenizer.json'), 'there is no tokenizer.json'),
  ),
  conv_template: v.looseObject({
    roles: v.record(v.string(), v.string()),
    stop_str: texts,
    stop_token_ids: v.array(whole),
  }),
})

const tensorSchema = v.pipe(
  v.looseObject({ name: v.string(), dtype: v.string(), shape: v.array(whole), nbytes: whole, byteOffset: whole }),
  // The GPU's memory is taken by the shape alone. No type has less than half a byte.
  v.check(({ shape, nbytes }) => shape.reduce((all, one) => all * one, 1) <= 2 * nbytes, 'the shape is too large'),
)
const shardSchema = v.pipe(
  v.looseObject({
    dataPath: v.pipe(v.string(), v.check(isFilePath)),
    nbytes: whole,
    records: v.array(tensorSchema),
  }),
  v.check(
    ({ nbytes, records }) => records.every((one) => one.byteOffset + one.nbytes <= nbytes),
    'a tensor lies outside of its shard',
  ),
)
/** WebLLM's list of tensors, and of the files they lie in. */
const tensorIndexSchema = v.looseObject({ records: v.array(shardSchema) })

const SCHEMAS = {
  'tokenizer.json': tokenizerSchema,
  'mlc-chat-config.json': chatConfigSchema,
  'tensor-cache.json': tensorIndexSchema,
} as const

/** A JSON file that describes a model. */
type ModelJson = keyof typeof SCHEMAS

export const isModelJson = (path: string): path is ModelJson => Object.hasOwn(SCHEMAS, path)

/** @throws {AppError} `manifest-invalid` if a description is too large to be read as a whole */
export function refuseLarge(path: string, bytes: number): void {
  if (bytes > LARGEST) throw refuse(path)(undefined, `more than ${String(LARGEST)} bytes`)
}

/**
 * Reads such a file as far as an engine relies on it. A manifest's hash says only that it is the one that somebody made.
 *
 * @throws {AppError} `manifest-invalid`, naming the file and its first wrong field
 */
export function readModelJson<Path extends ModelJson>(
  path: Path,
  content: string | ArrayBuffer,
): v.InferOutput<(typeof SCHEMAS)[Path]> {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw refuse(path)(undefined, error instanceof Error ? error.message : String(error))
  }
  const schema: v.GenericSchema<unknown, v.InferOutput<(typeof SCHEMAS)[Path]>> = SCHEMAS[path]
  return parseAs(schema, data, refuse(path))
}

/** The contents that a tokenizer turns into one id wherever it sees them. @throws {AppError} `manifest-invalid` */
export const addedTokens = (tokenizerJson: string | ArrayBuffer): string[] =>
  readModelJson('tokenizer.json', tokenizerJson).added_tokens.map(({ content }) => content)

const refuse =
  (path: string) =>
  (field: string | undefined, problem: string): AppError => {
    const place = field === undefined ? path : `${path}: ${field}`
    return new AppError('manifest-invalid', `The model's description is wrong at ${place}: ${problem}`, {
      retry: 'never',
      details: { field: place, problem },
    })
  }
