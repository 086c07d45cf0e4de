/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=$|\.)/i

/**
 * The name of a file for chats: by a title, where there is one, else by the day. It never begins with a dot, by which
 * systems hide files.
 *
 * @param now ms since the epoch
 */
export function fileName(title: string | undefined, now: number): string {
  const named = (title ?? '')
    .replaceAll(/[\p{C}\s<>:"/\\|?*]+/gu, ' ')
    .replace(/^[ .]+/, '')
    .slice(0, 60)
    .trim()
    .replace(DEVICE, '$&_')
  return named || `thinktab-${isoTime(now).slice(0, 10)}`
}

/** ISO 8601, in UTC. @param now ms since the epoch */
export const isoTime = (now: number): string => new Date(now).toISOString()
