import { AppError } from '../shared/errors'
import { fetchSite } from './fetch-site'
import { sha256 } from './sha256'

/** A response with all of its bytes, if they have the SHA-256 `hash`, in hexadecimal. */
export async function verified(response: Response, hash: string): Promise<Response | undefined> {
  const bytes = await response.arrayBuffer()
  if ((await sha256(bytes)) !== hash) return undefined
  // Made anew it is not `redirected`, which the browser would refuse for a page.
  return new Response(bytes, { headers: response.headers })
}

/**
 * A file of this site with the bytes that the build has noted. A captive portal, or a host in the middle of an update,
 * answers for a file with a page and status 200, and the browser's own cache may have kept that: it is asked first, because
 * the page has just filled it, and then passed over.
 *
 * @param hash SHA-256 in hexadecimal
 * @throws {AppError} `network`, `artifact-missing` or `artifact-damaged`
 */
export async function fetchVerified(url: string, hash: string): Promise<Response> {
  const inTheCache = await fetchSite(url, 'default')
    .then((response) => verified(response, hash))
    .catch(() => undefined)
  const good = inTheCache ?? (await verified(await fetchWhole(url), hash))
  if (good) return good
  throw new AppError('artifact-damaged', `${url} was answered with something else.`, {
    retry: 'later',
    details: { file: url },
  })
}

/** @throws {AppError} also where the connection ends in the middle */
async function fetchWhole(url: string): Promise<Response> {
  const response = await fetchSite(url, 'reload')
  const bytes = await response.arrayBuffer().catch((error: unknown) => {
    throw new AppError('network', `${url} broke off.`, { retry: 'now', cause: error, details: { file: url } })
  })
  return new Response(bytes, { headers: response.headers })
}
