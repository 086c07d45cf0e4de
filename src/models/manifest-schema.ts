import * as v from 'valibot'
import { chatTemplateSchema } from '../shared/chat-template'
import { invalid, parseAs } from '../shared/parse-as'
import { upToDate, type ModelManifest } from './manifest'

const MEBIBYTE = 1024 * 1024

/** One file of a model. `path` is relative to the manifest; two artifacts with one sha256 are the same bytes. */
export const artifactSchema = v.strictObject({
  // Plain names only: a manifest from elsewhere must not reach outside its own folder.
  path: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)),
  // Shards hold 32 MiB; a larger one is a single tensor, such as a table of embeddings.
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(512 * MEBIBYTE)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  role: v.picklist(['shard', 'config', 'library', 'tokenizer']),
})

/** The whole model as one file for llama.cpp, which has 32-bit addresses. */
const ggufSchema = v.strictObject({
  ...artifactSchema.entries,
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096 * MEBIBYTE)),
  role: v.literal('gguf'),
})

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1))
const nonEmpty = v.pipe(v.string(), v.minLength(1))

export const idSchema = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/))
/** A chat template by a name that src/reasoning/templates.ts knows. */
export const templateNameSchema = v.picklist(['deepseek-r1', 'qwen3'])
export const samplingSchema = v.strictObject({
  /** 0 is greedy. */
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
  topP: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
})

const webgpuArtifacts = v.pipe(
  v.array(artifactSchema),
  v.check((list) => new Set(list.map((a) => a.path)).size === list.length, 'a path is listed twice'),
  v.check((list) => list.filter((a) => a.role === 'library').length === 1, 'exactly one artifact must be the library'),
  v.check(
    (list) =>
      ['mlc-chat-config.json', 'tensor-cache.json', 'tokenizer.json'].every((path) =>
        list.some((a) => a.path === path),
      ),
    'a file that WebLLM asks for is not listed',
  ),
)

/** A GGUF file that kernels read as it is, and those kernels. */
const ggufArtifacts = v.pipe(
  v.array(v.variant('role', [ggufSchema, v.strictObject({ ...artifactSchema.entries, role: v.literal('library') })])),
  v.check(
    (list) => list.length === 2 && new Set(list.map(({ role }) => role)).size === 2,
    'it must be one gguf and one library',
  ),
)

const isGguf = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && 'role' in given && given.role === 'gguf'

/** Only version 2 has builds of a GGUF file. */
const buildArtifacts = v.lazy((given): typeof webgpuArtifacts | typeof ggufArtifacts =>
  Array.isArray(given) && given.some(isGguf) ? ggufArtifacts : webgpuArtifacts,
)

/**
 * The `library` of a manifest means its kernels, as in WebLLM: artifacts by their role, and the configuration they were
 * compiled for.
 */
const webgpuEntries = {
  /** The last ones are for weights from a GGUF file; in `gguf` each matrix keeps the file's type. */
  quantization: v.picklist(['q4f16_1', 'q4f32_1', 'q4_0', 'q4_1', 'q8_0', 'gguf']),
  library: v.strictObject({ profile: v.picklist(['gpu', 'software']) }),
  requires: v.strictObject({
    /** WebGPU feature names, such as shader-f16. */
    features: v.pipe(
      v.array(v.string()),
      v.check((names) => new Set(names).size === names.length, 'a feature is listed twice'),
    ),
    /** WebGPU limits by name, in the unit of the limit. */
    limits: v.record(v.string(), positiveInteger),
  }),
  /** All artifacts that the model needs on WebGPU. */
  artifacts: webgpuArtifacts,
}

/** A model's files for one engine. */
export const buildSchema = v.variant('engine', [
  v.strictObject({ engine: v.literal('webgpu'), ...webgpuEntries, artifacts: buildArtifacts }),
  v.strictObject({
    engine: v.literal('processor'),
    /** In the file's notation, such as Q4_K_M; absent for weights with a quantisation of their own. */
    quantization: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(32))),
    /** Contents that become one token in any text; if absent, a tokenizer.json has them. */
    addedTokens: v.exactOptional(
      v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256))), v.maxLength(4096)),
    ),
    /** The file for llama.cpp, and a tokenizer.json if there is one. */
    artifacts: v.pipe(
      v.array(
        v.variant('role', [ggufSchema, v.strictObject({ ...artifactSchema.entries, role: v.literal('tokenizer') })]),
      ),
      v.check(
        (list) => list.filter(({ role }) => role === 'gguf').length === 1,
        'exactly one artifact must be the gguf',
      ),
    ),
  }),
])

const modelEntries = {
  id: idSchema,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  parameters: positiveInteger,
  /** Tokens that the KV cache holds: prompt and reply together. */
  contextWindow: positiveInteger,
  /** By its name, or as a whole. */
  template: v.union([templateNameSchema, chatTemplateSchema]),
  sampling: samplingSchema,
  /** Most tokens of earlier turns that a prompt carries; the oldest turns are left out first. */
  historyTokens: v.pipe(v.number(), v.integer(), v.minValue(0)),
  licence: nonEmpty,
  source: v.strictObject({ revision: nonEmpty, repository: v.optional(nonEmpty) }),
}

/** manifest.json, version 1. The compiler writes it; compiler/manifest.schema.json says the same in JSON Schema. */
export const version1 = v.strictObject({
  version: v.literal(1),
  ...modelEntries,
  ...webgpuEntries,
  gguf: v.exactOptional(ggufSchema),
})

/** manifest.json, version 2: one or more builds. */
export const version2 = v.strictObject({
  version: v.literal(2),
  ...modelEntries,
  builds: v.pipe(
    v.array(buildSchema),
    v.minLength(1),
    v.check((list) => new Set(list.map(({ engine }) => engine)).size === list.length, 'an engine has two builds'),
  ),
})

/**
 * Reads a manifest that came from outside, of any version.
 *
 * @throws {AppError} `manifest-invalid`, naming the first field that is wrong
 */
export function parseManifest(data: unknown): ModelManifest {
  const schema = v.variant('version', [version1, version2])
  return upToDate(parseAs(schema, data, invalid("The model's manifest", 'manifest')))
}
