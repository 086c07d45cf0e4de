/**
 * The target of a link in few words: its host or the mail address. Letters of other scripts are shown encoded
 * (punycode), so that no host can pass for another.
 * @param href absolute
 */
export function addressOf(href: string): string {
  const url = new URL(href)
  return url.protocol === 'mailto:' ? url.pathname : url.host
}
