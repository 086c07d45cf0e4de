import { serviceWorkers } from './site-worker'

/** Whether the service worker answers for this page, and so for documents of the site that are framed in it. */
export function isServedByWorker(): boolean {
  return Boolean(serviceWorkers()?.controller)
}

/** Takes the service worker away; the next visit registers it again, and then it stores the site anew. */
export async function unregisterSiteWorker(): Promise<void> {
  for (const registration of (await serviceWorkers()?.getRegistrations()) ?? []) await registration.unregister()
}
