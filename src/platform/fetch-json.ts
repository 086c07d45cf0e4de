import { AppError } from '../shared/errors'

/**
 * JSON from this site.
 *
 * @throws {AppError} `network`, `artifact-missing`, or `artifact-damaged` when what came is no JSON (a captive portal's page)
 */
export async function fetchJson(url: string): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, { cache: 'no-cache', credentials: 'omit' })
  } catch (error) {
    throw new AppError('network', `${url} could not be fetched.`, {
      retry: 'now',
      cause: error,
      details: { file: url },
    })
  }
  if (!response.ok)
    throw new AppError('artifact-missing', `${url} was answered with HTTP status ${response.status}.`, {
      retry: 'later',
      details: { file: url, status: response.status },
    })
  try {
    return await response.json()
  } catch (error) {
    throw new AppError('artifact-damaged', `${url} is not JSON.`, {
      retry: 'now',
      cause: error,
      details: { file: url },
    })
  }
}
