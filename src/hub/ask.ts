import { delay } from '../platform/abort'
import { addressIn, reach, type Errand } from '../platform/reach'
import { readLimited } from '../platform/read-limited'
import { AppError, toAppError } from '../shared/errors'
import { isFilePath } from '../shared/file-path'
import { repositoryUnusable } from '../shared/repository-problem'
import type { HubAddress } from './hubs'
import { layoutOf, type Listing } from './layouts'

/** A hub without an answer after this many ms no longer keeps the next one waiting. */
const HUB_PATIENCE_MS = 4000
/** In bytes. The listing of a repository with ten thousand files has about 3 MB, and a manifest some kilobytes. */
const LONGEST_JSON = 8 * 1024 * 1024

/**
 * The first result that a hub gives. The next hub is asked when one has failed or keeps waiting; other requests are
 * stopped when one succeeds.
 *
 * @throws the failure that says most; the signal's reason when it is aborted
 */
export async function firstOf<T>(
  hubs: readonly HubAddress[],
  signal: AbortSignal,
  ask: (hub: HubAddress, stopped: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController()
  const stopped = AbortSignal.any([signal, done.signal])
  const failures = new Map<HubAddress, AppError>()
  const results: Promise<T>[] = []
  try {
    for (const hub of hubs) {
      const result = ask(hub, stopped)
      results.push(result)
      const failed = result.then(
        () => false,
        (error: unknown) => {
          failures.set(hub, toAppError(error))
          return true
        },
      )
      if (!(await Promise.race([failed, delay(HUB_PATIENCE_MS, stopped).then(() => true)]))) break
      signal.throwIfAborted()
    }
    return await Promise.any(results)
  } catch {
    signal.throwIfAborted()
    throw mostTelling(hubs, failures)
  } finally {
    done.abort()
  }
}

/** The error of an answer is preferred to silence, and a hub that has every repository to a hub that has some. */
function mostTelling(hubs: readonly HubAddress[], failures: ReadonlyMap<HubAddress, AppError>): AppError {
  const inOrder = hubs.toSorted((a, b) => Number(layoutOf(b).complete) - Number(layoutOf(a).complete))
  const found = inOrder.flatMap((hub) => failures.get(hub) ?? [])
  const complete = inOrder.filter((hub) => layoutOf(hub).complete).flatMap((hub) => failures.get(hub) ?? [])
  const telling = (complete.length > 0 ? complete : found).find(
    ({ code }) => code !== 'network' && code !== 'server-busy',
  )
  return telling ?? found[0] ?? new AppError('network', 'There is no hub to ask.', { retry: 'later' })
}

/**
 * An answer with a body.
 *
 * @throws {AppError} `network`, `server-busy` or `repository-missing`, and as `reach` does; the signal's reason when it is
 *   aborted
 */
export async function request(errand: Errand, repository: string, signal: AbortSignal): Promise<Response> {
  const url = addressIn(errand)
  let response: Response
  try {
    response = await reach(errand, 'hub', signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) throw error
    throw networkError(`${url} could not be fetched.`, url, error)
  }
  const { status } = response
  if (status === 408 || status === 429 || status >= 500)
    throw new AppError('server-busy', `${url} was answered with HTTP status ${status}.`, {
      retry: 'later',
      details: { file: url, status },
    })
  // Hubs answer 401 for a missing repository too, so that nobody learns which ones are private.
  if (!response.ok) {
    const message = `${url} was answered with HTTP status ${status}.`
    throw repositoryMissing(message, repository, status, response.headers.get('X-Error-Code') === 'GatedRepo')
  }
  return response
}

/** @param gated whether the repository exists for people who have accepted its terms */
const repositoryMissing = (message: string, repository: string, status: number, gated = false) =>
  new AppError('repository-missing', message, {
    retry: 'later',
    details: { repository, status, ...(gated && { gated }) },
  })

/** Lists the files of a repository on a hub. @throws {AppError} as `request` does, and `repository-unusable` */
export async function listing(
  hub: HubAddress,
  repository: string,
  revision: string,
  signal: AbortSignal,
): Promise<Listing> {
  const found = await layoutOf(hub).list(repository, revision, (path, query) =>
    json({ folder: hub.url, path, ...(query && { query }) }, repository, signal),
  )
  if (!found) throw repositoryMissing(`${hub.url} has no ${repository}.`, repository, 404)
  // A file that lies elsewhere is no file of the repository.
  return { ...found, files: found.files.filter(({ path }) => isFilePath(path)) }
}

/**
 * An answer's JSON.
 *
 * @throws {AppError} as `request` does, `repository-unusable` if it is longer than any listing, and `network` if the answer
 *   is not JSON or breaks off
 */
export async function json(errand: Errand, repository: string, signal: AbortSignal): Promise<unknown> {
  const url = addressIn(errand)
  const body = await file(errand, repository, LONGEST_JSON, signal)
  if (!body) throw repositoryUnusable(repository, 'file-too-large', url)
  try {
    return JSON.parse(await body.text()) as unknown
  } catch (error) {
    // A captive portal's page, for example.
    throw networkError(`${url} is not JSON.`, url, error)
  }
}

/**
 * A whole file.
 *
 * @param limit in bytes
 * @returns undefined where it is longer than the limit
 * @throws {AppError} as `request` does, and `network` where the connection breaks on the way
 */
export async function file(
  errand: Errand,
  repository: string,
  limit: number,
  signal: AbortSignal,
): Promise<Blob | undefined> {
  const response = await request(errand, repository, signal)
  try {
    return await readLimited(response, limit)
  } catch (error) {
    signal.throwIfAborted()
    const url = addressIn(errand)
    throw networkError(`${url} broke off.`, url, error)
  }
}

const networkError = (message: string, url: string, cause: unknown) =>
  new AppError('network', message, { retry: 'now', cause, details: { file: new URL(url).host } })
