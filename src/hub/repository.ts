import * as v from 'valibot'
import type { Errand } from '../platform/reach'
import { gitBlobId, sha256 } from '../platform/sha256'
import { AppError } from '../shared/errors'
import { parseAs } from '../shared/parse-as'
import { repositoryUnusable, unreadable } from '../shared/repository-problem'
import { file, firstOf, json, listing } from './ask'
import { addressOf, folderOf } from './folders'
import type { HubAddress } from './hubs'
import type { ListedFile } from './layouts'

/** The largest configuration, index of tensors or tokenizer of WebLLM, in bytes; such files are read whole. */
const LARGEST_TEXT = 64 * 1024 * 1024
/** The index of tensors: the second name is that of repositories made before September 2025, with the same content. */
const INDEX_NAMES = ['tensor-cache.json', 'ndarray-cache.json'] as const

/** A repository of a model in WebLLM's format. */
export interface RepositoryRequest {
  /** `owner/name` */
  readonly repository: string
  /** Branch, tag or commit. */
  readonly revision: string
  /** Asked in this order. */
  readonly hubs: readonly HubAddress[]
}

/**
 * The facts about a repository that are needed before any weight is fetched. Every file named here exists, and its hash
 * is known.
 */
export interface RepositoryReport {
  readonly repository: string
  /** The revision under which a hub has these files: the commit that the given revision named, if the hub gives it. */
  readonly revision: string
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
  /** The path of the index of tensors among `files`. */
  readonly indexPath: string
  /** mlc-chat-config.json as it came. */
  readonly config: unknown
  /** The index of tensors as it came. */
  readonly index: unknown
  /** Contents of the tokens that the tokenizer adds to its vocabulary. */
  readonly addedTokens: readonly string[]
}

const bytesSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
const indexSchema = v.object({ records: v.array(v.object({ dataPath: v.string(), nbytes: bytesSchema })) })
const tokenizerSchema = v.object({ added_tokens: v.optional(v.array(v.object({ content: v.string() })), []) })

/**
 * Reads the facts that a repository gives about its model. If a hub names no sha256 of a small file, Git's own hash is
 * checked, and the sha256 of the bytes is recorded.
 *
 * @param keep gets each small file that was read, with its sha256, so that it need not be fetched again
 * @throws {AppError} `repository-missing`, `repository-unusable`, `network`, `server-busy`, `artifact-damaged`, or the
 *   errors of `keep`; the signal's reason when aborted
 */
export async function inspectRepository(
  { repository, revision, hubs }: RepositoryRequest,
  keep: (sha256: string, file: Blob) => Promise<void>,
  signal: AbortSignal,
): Promise<RepositoryReport> {
  return await firstOf(hubs, signal, async (hub, stopped) => {
    const listed = await listing(hub, repository, revision, stopped)
    const folder = folderOf({ hub, repository, revision: listed.revision })
    const files = new Map(listed.files.map((file) => [file.path, file]))
    const find = (path: string) => {
      const file = files.get(path)
      if (!file) throw repositoryUnusable(repository, 'file-missing', path)
      return file
    }
    const known = new Map<string, { path: string; bytes: number; sha256: string }>()
    const take = async (file: ListedFile): Promise<Blob> => {
      const blob = await fetchWhole(file, { folder, path: addressOf(file.path) }, repository, stopped)
      const hash = await sha256(await blob.arrayBuffer())
      await keep(hash, blob)
      known.set(file.path, { path: file.path, bytes: blob.size, sha256: hash })
      return blob
    }
    const indexPath = INDEX_NAMES.find((name) => files.has(name)) ?? INDEX_NAMES[0]
    const config = readJson(await text(take(find('mlc-chat-config.json'))), repository, 'mlc-chat-config.json')
    const index = readJson(await text(take(find(indexPath))), repository, indexPath)
    const tokenizer = readJson(await text(take(find('tokenizer.json'))), repository, 'tokenizer.json')
    for (const { dataPath, nbytes } of parseAs(indexSchema, index, unreadable(repository, indexPath)).records) {
      const file = find(dataPath)
      const { bytes, sha256: hash } = file
      if (bytes !== nbytes) throw repositoryUnusable(repository, 'length-differs', dataPath)
      if (hash === undefined) await take(file)
      else known.set(dataPath, { path: dataPath, bytes, sha256: hash })
    }
    const { added_tokens } = parseAs(tokenizerSchema, tokenizer, unreadable(repository, 'tokenizer.json'))
    return {
      repository,
      revision: listed.revision,
      files: [...known.values()],
      indexPath,
      config,
      index,
      addedTokens: added_tokens.map(({ content }) => content),
    }
  })
}

/** manifest.json of a folder on any server, as it came. @throws {AppError} as `inspectRepository` does */
export async function fetchFolderManifest(folder: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await json({ folder, path: 'manifest.json' }, folder, signal)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'network') throw error
    // The page is isolated, so a server without CORS looks like no connection, even to a request that reads nothing.
    throw new AppError('network', error.message, {
      retry: 'now',
      cause: error,
      details: { ...error.details, reason: 'no-answer' },
    })
  }
}

/** A file that the hub keeps in Git itself, or a large one that is needed now; verified. */
async function fetchWhole(
  { path, bytes, sha256: expected, gitBlobId: gitId }: ListedFile,
  errand: Errand,
  repository: string,
  signal: AbortSignal,
): Promise<Blob> {
  if (bytes > LARGEST_TEXT) throw repositoryUnusable(repository, 'file-too-large', path)
  if (expected === undefined && gitId === undefined)
    throw repositoryUnusable(repository, 'file-unreadable', `${path}: no hash`)
  const blob = await file(errand, repository, bytes, signal)
  const content = await blob?.arrayBuffer()
  const right =
    content && (expected === undefined ? (await gitBlobId(content)) === gitId : (await sha256(content)) === expected)
  if (!blob || !right)
    throw new AppError('artifact-damaged', `${path} arrived with other bytes than the hub's listing names.`, {
      retry: 'now',
      details: { file: path, expectedBytes: bytes, ...(blob && { bytes: blob.size }) },
    })
  return blob
}

const text = async (blob: Promise<Blob>): Promise<string> => await (await blob).text()

function readJson(content: string, repository: string, path: string): unknown {
  try {
    return JSON.parse(content) as unknown
  } catch {
    throw repositoryUnusable(repository, 'file-unreadable', path)
  }
}
