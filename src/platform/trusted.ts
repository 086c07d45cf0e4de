import { AppError } from '../shared/errors'

/**
 * Names a script for `new Worker(...)` or a service worker. Under the page's policy (require-trusted-types-for
 * 'script') a plain string is refused there; browsers without Trusted Types check the URL in the same way.
 *
 * @param url absolute or relative to the page
 * @returns the absolute URL; with Trusted Types a TrustedScriptURL, which the DOM's own types call string
 * @throws {AppError} `script-url-foreign` if the URL is not of the page's own origin
 */
export function trustedScriptUrl(url: string): string {
  return policy ? (policy.createScriptURL(url) as unknown as string) : sameOriginUrl(url)
}

function sameOriginUrl(url: string): string {
  const page = new URL(location.href)
  const script = URL.canParse(url, page) ? new URL(url, page) : undefined
  // A blob: URL has its creator's origin, but its text can come from anywhere.
  if (script?.protocol !== page.protocol || script.origin !== page.origin)
    throw new AppError('script-url-foreign', `The script ${url} is not part of this site, so it was not started.`, {
      retry: 'never',
      details: { url },
    })
  return script.href
}

/** Created once: the page's policy allows each policy name a single time. */
const policy = (globalThis as { trustedTypes?: TrustedTypePolicyFactory }).trustedTypes?.createPolicy('thinktab', {
  createScriptURL: sameOriginUrl,
})
