import { isAirGapped } from './air-gap'
import { SCRIPT_LOST } from '../shared/site-worker'

/** Names the version of a page: its first script, as config in vite.config.ts calls it. */
const FIRST_SCRIPT = /assets\/app-[\w-]+\.js/

/**
 * What a reload would bring: `other` version of the site than this page is, the `same`, or nothing, because the site is
 * `away` or something else answers in its place, such as a captive portal.
 */
export type AfterReload = 'other' | 'same' | 'away'

/** Asks for the page as a reload would, the service worker included. */
export async function afterReload(): Promise<AfterReload> {
  const own = FIRST_SCRIPT.exec(document.querySelector<HTMLScriptElement>('script[type=module]')?.src ?? '')
  try {
    const response = await fetch(new URL('./', document.baseURI), { cache: 'no-store', credentials: 'same-origin' })
    const there = response.ok ? FIRST_SCRIPT.exec(await response.text()) : null
    if (!there) return 'away'
    return own && there[0] !== own[0] ? 'other' : 'same'
  } catch {
    return 'away'
  }
}

/** Has the service worker look for a version that is newer than the one that it has stored. */
export async function lookForVersion(): Promise<void> {
  if (await isAirGapped()) return
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker
  await (await container?.getRegistration())?.update()
}

/** Listens for parts of the site that cannot be loaded. @returns ends it */
export function onPartLost(listener: () => void): () => void {
  const events = ['vite:preloadError', SCRIPT_LOST]
  for (const type of events) addEventListener(type, listener)
  return () => {
    for (const type of events) removeEventListener(type, listener)
  }
}
