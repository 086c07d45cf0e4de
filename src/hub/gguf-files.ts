import { addressIn, type Errand } from '../platform/reach'
import { readFirst } from '../platform/read-limited'
import { AppError } from '../shared/errors'
import { repositoryUnusable } from '../shared/repository-problem'
import { firstOf, listing, request } from './ask'
import { addressOf, folderOf } from './folders'
import type { RepositoryRequest } from './repository'

/** The models in a repository, by its list of files alone. */
export interface RepositoryContents {
  readonly repository: string
  /** The revision under which a hub has these files: the commit that the given revision named, if the hub gives it. */
  readonly revision: string
  /** Whether it has weights in WebLLM's format. */
  readonly hasMlc: boolean
  /** Its GGUF files by path; the hash is absent if the hub gives none. */
  readonly ggufs: readonly { readonly path: string; readonly bytes: number; readonly sha256?: string }[]
}

/** The repository and a file of it. */
export interface FileRequest extends RepositoryRequest {
  /** As the repository has it. */
  readonly path: string
  readonly start: number
  /** Offset behind the last wanted byte; at most the size of the file. */
  readonly end: number
}

/**
 * Lists the models in a repository.
 *
 * @throws {AppError} `repository-missing`, `repository-unusable`, `network` or `server-busy`; the signal's reason when it is aborted
 */
export async function repositoryContents(
  { repository, revision, hubs }: RepositoryRequest,
  signal: AbortSignal,
): Promise<RepositoryContents> {
  return await firstOf(hubs, signal, async (hub, stopped) => {
    const found = await listing(hub, repository, revision, stopped)
    return {
      repository,
      revision: found.revision,
      hasMlc: found.files.some(({ path }) => path === 'mlc-chat-config.json'),
      ggufs: found.files
        .filter(({ path }) => /\.gguf$/i.test(path))
        .map(({ path, bytes, sha256 }) => ({ path, bytes, ...(sha256 !== undefined && { sha256 }) })),
    }
  })
}

/**
 * A part of a file, from the first hub that has it. Nothing is verified.
 *
 * @throws {AppError} as `repositoryContents` does; the signal's reason when it is aborted
 */
export async function filePart(
  { repository, revision, hubs, path, start, end }: FileRequest,
  signal: AbortSignal,
): Promise<Blob> {
  return await firstOf(hubs, signal, async (hub, stopped) => {
    const folder = folderOf({ hub, repository, revision })
    const errand = { folder, path: addressOf(path), range: { start, end }, rangeIsGiven: true }
    const url = addressIn(errand)
    const response = await ask(errand, { repository, path }, stopped)
    // The page of a captive portal, or an error page with a success status.
    if (response.headers.get('Content-Type')?.startsWith('text/html')) throw cutShort(url)
    // A server without ranges sends the file from its beginning.
    const skip = response.status === 206 ? 0 : start
    const first = await readFirst(response, skip + end - start).catch(() => {
      stopped.throwIfAborted()
      throw cutShort(url)
    })
    const part = first.slice(skip)
    if (part.size < end - start) throw cutShort(url)
    return part
  })
}

async function ask(
  errand: Errand,
  { repository, path }: Pick<FileRequest, 'repository' | 'path'>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await request(errand, repository, signal)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'repository-missing') throw error
    const { status = 0 } = error.details
    // The hub lists the files to everybody, but gives them only to people who have accepted the terms.
    if (status === 401 || status === 403) {
      const details = { repository, status, gated: true }
      throw new AppError('repository-missing', error.message, { retry: 'later', details })
    }
    throw repositoryUnusable(repository, 'file-missing', path)
  }
}

/** The answer ended early, or is not a part of the file. */
function cutShort(url: string): AppError {
  const details = { file: new URL(url).host }
  return new AppError('network', `${url} did not come whole.`, { retry: 'now', details })
}
