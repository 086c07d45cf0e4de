import { AppError } from '../shared/errors'
import { fetchSite } from './fetch-site'

/**
 * JSON from this site.
 *
 * @throws {AppError} `network`, `artifact-missing`, or `artifact-damaged` when what came is no JSON (a captive portal's page)
 */
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetchSite(url, 'no-cache')
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
