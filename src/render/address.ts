/**
 * Where a link leads, in few words: its host, with letters of other scripts in their encoded form (punycode) so that none can
 * pass for another, or the mail address.
 * @param href absolute
 */
export function addressOf(href: string): string {
  const url = new URL(href)
  return url.protocol === 'mailto:' ? url.pathname : url.host
}
