import { AppError } from '../shared/errors'

/**
 * Names a script for `new Worker(...)` or a service worker. Under the page's policy (require-trusted-types-for 'script')
 * a plain string is refused there; in browsers without Trusted Types the URL is checked just the same.
 *
 * @param url absolute or relative to the page
 * @returns the absolute URL; where the browser has Trusted Types a TrustedScriptURL, which the DOM's own types call string
 * @throws {AppError} `script-url-foreign` unless the URL is of the page's own origin
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
