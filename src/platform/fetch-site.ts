import { AppError } from '../shared/errors'

/**
 * A file of this site.
 *
 * @throws {AppError} `network` or `artifact-missing`
 */
export async function fetchSite(url: string, cache: RequestCache): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { cache, credentials: 'omit' })
  } catch (error) {
    throw new AppError('network', `${url} could not be fetched.`, {
      retry: 'now',
      cause: error,
      details: { file: url },
    })
  }
  if (response.ok) return response
  throw new AppError('artifact-missing', `${url} was answered with HTTP status ${response.status}.`, {
    retry: 'later',
    details: { file: url, status: response.status },
  })
}
