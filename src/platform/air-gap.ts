import { AppError } from '../shared/errors'
import { AIR_GAP_CACHE, AIR_GAP_CHANGED } from '../shared/site-worker'

/**
 * Whether the air gap is on: then this site asks no network for anything. It is on while a cache of this name exists, which
 * the page, every worker and the service worker can look up, and which outlives them. Where the browser has no caches
 * for this site, there is no air gap.
 */
export async function isAirGapped(): Promise<boolean> {
  try {
    return await caches.has(AIR_GAP_CACHE)
  } catch {
    return false
  }
}

/** Tells the listener each time that another tab or worker has changed the air gap. @returns ends it */
export function onAirGapChange(listener: (isOn: boolean) => void): () => void {
  const channel = new BroadcastChannel(AIR_GAP_CHANGED)
  channel.onmessage = ({ data }) => listener(data === true)
  return () => channel.close()
}

/** The error of what would need the network. */
export const airGapped = (): AppError => new AppError('air-gapped', 'The air gap is on.', { retry: 'later' })
