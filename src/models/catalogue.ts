import * as v from 'valibot'
import { invalid, parseAs } from '../shared/parse-as'
import { repositorySchema } from '../shared/repository-name'
import { idSchema, samplingSchema, templateNameSchema } from './manifest-schema'

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const nonEmpty = v.pipe(v.string(), v.minLength(1))

const weightsSchema = v.strictObject({
  quantization: v.picklist(['q4f16_1', 'q4f32_1']),
  repository: repositorySchema,
  /** Branch or commit; its commit is pinned when a download begins. */
  revision: nonEmpty,
  /** Of all weights, as the configuration gives it; exact bytes are known once the repository has been looked at. */
  bytes: positive,
})

/** One file for the processor, wherever it was published. */
const ggufSchema = v.strictObject({
  /** In its publishers' notation, such as Q4_K_M. */
  quantization: v.pipe(nonEmpty, v.maxLength(32)),
  /** Approximate; exact bytes are known once a repository has been looked at. */
  bytes: positive,
  /**
   * Publishers of such a file, in the order of trying. Each publisher has made the file itself, with a hash of its own;
   * the hash that its hub gives is recorded when a download begins.
   */
  alternatives: v.pipe(
    v.array(
      v.strictObject({
        repository: repositorySchema,
        file: v.pipe(v.string(), v.regex(/^[\w.-]+\.gguf$/)),
      }),
    ),
    v.minLength(1),
  ),
})

/** Lowest and highest mean log-probability (natural logarithm) of a token of state/known-text.txt. */
const rangeSchema = v.pipe(
  v.tuple([v.number(), v.pipe(v.number(), v.maxValue(0))]),
  v.check(([low, high]) => low < high, 'the range is empty'),
)

const modelSchema = v.pipe(
  v.strictObject({
    id: idSchema,
    name: nonEmpty,
    /** `r1`: DeepSeek's own distillations; `other`: other models that think before they answer. */
    group: v.picklist(['r1', 'other']),
    parameters: positive,
    licence: nonEmpty,
    /** The kernels that fit: the `model` of libraries.json. Both files use WebLLM's name for kernels. */
    library: nonEmpty,
    template: templateNameSchema,
    sampling: samplingSchema,
    /** Tokens, if nobody chooses another number. */
    contextWindow: positive,
    weights: v.pipe(v.array(weightsSchema), v.minLength(1)),
    /** For devices without a usable GPU, the best first: the first that fits into memory is taken. */
    gguf: v.exactOptional(v.pipe(v.array(ggufSchema), v.minLength(1))),
    /** The result of a device that computes correctly: narrow if it was measured, else what gibberish cannot reach. */
    check: v.optional(v.strictObject({ meanLogProbability: rangeSchema })),
  }),
  v.transform(({ library: kernels, ...model }) => ({ ...model, kernels })),
)

const catalogueSchema = v.strictObject({
  version: v.literal(1),
  models: v.pipe(
    v.array(modelSchema),
    v.check((models) => new Set(models.map(({ id }) => id)).size === models.length, 'an id is listed twice'),
  ),
})

/** A model that can be fetched from a hub. */
export type CatalogueModel = Readonly<v.InferOutput<typeof modelSchema>>

/**
 * Reads public/models/catalogue.json.
 *
 * @throws {AppError} `manifest-invalid`
 */
export function parseCatalogue(data: unknown): readonly CatalogueModel[] {
  return parseAs(catalogueSchema, data, invalid('The catalogue', 'catalogue.json')).models
}
