import * as v from 'valibot'
import { AppError } from '../shared/errors'
import { isFilePath } from '../shared/file-path'
import { parseAs } from '../shared/parse-as'
import { repositorySchema } from '../shared/repository-name'
import { addressIn } from '../platform/reach'

/**
 * What the page may ask the weights worker for, in the words of models alone. A page in which a foreign script runs can
 * send any message; it can say here what the name of a model says, and no more.
 */

/** A commit, a tag or a branch; Hugging Face's `refs/pr/1` with its slashes encoded. */
const revisionSchema = v.pipe(v.string(), v.regex(/^\w(?:[\w-]|\.(?!\.)|%2F){0,63}$/i))
const offsetSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** The address is looked up among the allowed ones. */
const hubSchema = v.strictObject({ url: v.string(), layout: v.picklist(['huggingface', 'modelscope']) })
const repositoryEntries = { repository: repositorySchema, revision: revisionSchema }

const repositoryRequestSchema = v.strictObject({
  ...repositoryEntries,
  hubs: v.pipe(v.array(hubSchema), v.maxLength(16)),
})
const fileRequestSchema = v.pipe(
  v.strictObject({
    ...repositoryRequestSchema.entries,
    path: v.pipe(v.string(), v.check(isFilePath, 'it is no path of a file')),
    start: offsetSchema,
    end: offsetSchema,
  }),
  v.check(({ start, end }) => start < end, 'the range is empty'),
)

/** In the form that it has in an address. */
const addressPathSchema = v.pipe(v.string(), v.check(isAddressPath, 'it is no path of a file'))
const artifactSchema = v.strictObject({
  path: addressPathSchema,
  from: v.exactOptional(addressPathSchema),
  bytes: offsetSchema,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  role: v.picklist(['shard', 'config', 'library', 'tokenizer', 'gguf']),
})
const placeSchema = v.union([v.string(), v.strictObject({ hub: hubSchema, ...repositoryEntries })])
const placesSchema = v.pipe(v.array(placeSchema), v.maxLength(16))
const downloadSchema = v.strictObject({
  artifacts: v.pipe(v.array(artifactSchema), v.maxLength(4096)),
  places: v.strictObject({ inOrder: v.exactOptional(v.boolean()), weights: placesSchema, kernels: placesSchema }),
})

/** A repository, or everything that is needed of one, as the page asks for it. @throws {AppError} `address-refused` */
export const readRepositoryRequest = (given: unknown) => parseAs(repositoryRequestSchema, given, refused)

/** A part of a file. @throws {AppError} `address-refused` */
export const readFileRequest = (given: unknown) => parseAs(fileRequestSchema, given, refused)

/** Artifacts, and the places that have them. @throws {AppError} `address-refused` */
export const readDownload = (given: unknown) => parseAs(downloadSchema, given, refused)

function isAddressPath(path: string): boolean {
  try {
    addressIn({ folder: 'https://host.invalid/', path })
    return true
  } catch {
    return false
  }
}

function refused(field = 'message', problem: string): AppError {
  return new AppError('address-refused', `What was asked for is wrong at ${field}: ${problem}`, {
    retry: 'never',
    details: { file: field },
  })
}
