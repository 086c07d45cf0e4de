import * as v from 'valibot'
import { gitBlobId, sha256 } from '../platform/sha256'
import { AppError, toAppError } from '../shared/errors'
import { repositoryUnusable } from '../shared/repository-problem'
import type { ArtifactShelf } from './artifact-shelf'
import { folderOf } from './hub-folder'

/** What WebLLM's configuration, index of tensors and tokenizer may weigh, in bytes; such files are read whole. */
const LARGEST_TEXT = 64 * 1024 * 1024
/** The index of tensors: the second name is that of repositories made before September 2025, with the same content. */
const INDEX_NAMES = ['tensor-cache.json', 'ndarray-cache.json'] as const

/** A repository of a model in WebLLM's format on a hub that speaks Hugging Face's protocol. */
export interface RepositoryRequest {
  /** `owner/name` */
  readonly repository: string
  /** Branch, tag or commit. */
  readonly revision: string
  /** Hubs: absolute URLs with a slash at the end, asked in this order. */
  readonly hubs: readonly string[]
}

/** What is to be known of a repository before any weight is fetched. Everything named is there, and its hash is known. */
export interface RepositoryReport {
  readonly repository: string
  /** The commit that the revision named. */
  readonly revision: string
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
  /** Which of `files` is the index of tensors. */
  readonly indexPath: string
  /** mlc-chat-config.json as it came. */
  readonly config: unknown
  /** The index of tensors as it came. */
  readonly index: unknown
  /** Contents of the tokens that the tokenizer adds to its vocabulary. */
  readonly addedTokens: readonly string[]
}

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)))
const bytesSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
const revisionSchema = v.object({ sha: hex(40) })
const treeSchema = v.array(
  v.object({
    type: v.string(),
    path: v.string(),
    size: v.optional(bytesSchema, 0),
    /** Git's name of the file, or of the pointer to it. */
    oid: v.string(),
    lfs: v.optional(v.object({ oid: hex(64), size: bytesSchema })),
  }),
)
const indexSchema = v.object({ records: v.array(v.object({ dataPath: v.string(), nbytes: bytesSchema })) })
const tokenizerSchema = v.object({ added_tokens: v.optional(v.array(v.object({ content: v.string() })), []) })

type TreeFile = v.InferOutput<typeof treeSchema>[number]

/**
 * Reads what a repository says about itself, and puts its small files on the shelf: of those the hub names no sha256, so
 * they are checked by Git's own hash, and recorded by the sha256 that they then have.
 *
 * @throws {AppError} `repository-missing`, `repository-unusable`, `network`, `server-busy`, `artifact-damaged`, or what
 *   the shelf throws; the signal's reason when it is aborted
 */
export async function inspectRepository(
  { repository, revision, hubs }: RepositoryRequest,
  shelf: ArtifactShelf,
  signal: AbortSignal,
): Promise<RepositoryReport> {
  return await firstOf(hubs, signal, async (hub) => {
    const api = `${hub}api/models/${repository}`
    const { sha } = parse(
      revisionSchema,
      await json(`${api}/revision/${revision}`, repository, signal),
      repository,
      'revision',
    )
    const tree = parse(treeSchema, await json(`${api}/tree/${sha}`, repository, signal), repository, 'tree')
    const files = new Map(tree.filter(({ type }) => type === 'file').map((file) => [file.path, file]))
    const find = (path: string) => {
      const file = files.get(path)
      if (!file) throw repositoryUnusable(repository, 'file-missing', path)
      return file
    }
    const known = new Map<string, { path: string; bytes: number; sha256: string }>()
    const take = async (file: TreeFile): Promise<Blob> => {
      const blob = await fetchWhole(file, `${folderOf(hub, repository, sha)}${file.path}`, repository, signal)
      const hash = await sha256(await blob.arrayBuffer())
      await shelf.putWhole(hash, blob)
      known.set(file.path, { path: file.path, bytes: blob.size, sha256: hash })
      return blob
    }
    const indexPath = INDEX_NAMES.find((name) => files.has(name)) ?? INDEX_NAMES[0]
    const config = readJson(await text(take(find('mlc-chat-config.json'))), repository, 'mlc-chat-config.json')
    const index = readJson(await text(take(find(indexPath))), repository, indexPath)
    const tokenizer = readJson(await text(take(find('tokenizer.json'))), repository, 'tokenizer.json')
    for (const { dataPath, nbytes } of parse(indexSchema, index, repository, indexPath).records) {
      const file = find(dataPath)
      const { size, oid } = file.lfs ?? { size: file.size, oid: undefined }
      if (size !== nbytes) throw repositoryUnusable(repository, 'length-differs', dataPath)
      if (oid === undefined) await take(file)
      else known.set(dataPath, { path: dataPath, bytes: size, sha256: oid })
    }
    const { added_tokens } = parse(tokenizerSchema, tokenizer, repository, 'tokenizer.json')
    return {
      repository,
      revision: sha,
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
  return await json(`${folder}manifest.json`, folder, signal)
}

/** The first hub's result that is one. @throws the failure that says most */
async function firstOf<T>(hubs: readonly string[], signal: AbortSignal, ask: (hub: string) => Promise<T>): Promise<T> {
  const failures: AppError[] = []
  for (const hub of hubs)
    try {
      return await ask(hub)
    } catch (error) {
      signal.throwIfAborted()
      failures.push(toAppError(error))
    }
  // A hub that can be reached and has no such repository says more than one that cannot.
  const telling = failures.find(({ code }) => code !== 'network' && code !== 'server-busy')
  throw telling ?? failures[0] ?? new AppError('network', 'There is no hub to ask.', { retry: 'later' })
}

async function request(url: string, repository: string, signal: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { signal, cache: 'no-store', credentials: 'omit' })
  } catch (error) {
    signal.throwIfAborted()
    const file = new URL(url).host
    throw new AppError('network', `${url} could not be fetched.`, { retry: 'now', cause: error, details: { file } })
  }
  const { status } = response
  if (status === 408 || status === 429 || status >= 500)
    throw new AppError('server-busy', `${url} was answered with HTTP status ${status}.`, {
      retry: 'later',
      details: { file: url, status },
    })
  // Hubs answer 401 for what does not exist, so as not to tell what is private.
  if (!response.ok)
    throw new AppError('repository-missing', `${url} was answered with HTTP status ${status}.`, {
      retry: 'later',
      details: { repository, status },
    })
  return response
}

async function json(url: string, repository: string, signal: AbortSignal): Promise<unknown> {
  const response = await request(url, repository, signal)
  const body = await response.text()
  try {
    return JSON.parse(body) as unknown
  } catch (error) {
    // A captive portal's page, for example.
    const file = new URL(url).host
    throw new AppError('network', `${url} is not JSON.`, { retry: 'later', cause: error, details: { file } })
  }
}

/** A file that the hub keeps in Git itself, or a large one that is needed now; verified. */
async function fetchWhole(file: TreeFile, url: string, repository: string, signal: AbortSignal): Promise<Blob> {
  const bytes = file.lfs?.size ?? file.size
  if (bytes > LARGEST_TEXT) throw repositoryUnusable(repository, 'file-too-large', file.path)
  const blob = await (await request(url, repository, signal)).blob()
  const content = await blob.arrayBuffer()
  const hash = file.lfs ? await sha256(content) : await gitBlobId(content)
  if (hash !== (file.lfs?.oid ?? file.oid))
    throw new AppError('artifact-damaged', `${file.path} arrived with other bytes than the hub's listing names.`, {
      retry: 'now',
      details: { file: file.path, expectedBytes: bytes, bytes: blob.size },
    })
  return new Blob([content])
}

const text = async (blob: Promise<Blob>): Promise<string> => await (await blob).text()

function readJson(content: string, repository: string, path: string): unknown {
  try {
    return JSON.parse(content) as unknown
  } catch {
    throw repositoryUnusable(repository, 'file-unreadable', path)
  }
}

function parse<T extends v.GenericSchema>(
  schema: T,
  data: unknown,
  repository: string,
  path: string,
): v.InferOutput<T> {
  const result = v.safeParse(schema, data)
  if (result.success) return result.output
  throw repositoryUnusable(repository, 'file-unreadable', `${path}: ${v.getDotPath(result.issues[0]) ?? '?'}`)
}
