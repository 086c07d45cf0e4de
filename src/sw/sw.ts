/// <reference lib="webworker" />
/**
 * The service worker: the site, its engine and Nano are kept whole and served from the cache, so that the page opens and
 * answers without a network. It answers with the site's own headers too: on hosts that cannot set any, the page is
 * cross-origin isolated and the engine is without network from the second visit on.
 */
import { addPlugins, cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { headersFor, isForProcessor } from '../../config/headers.mjs'
import { ACTIVATE, PROCESSOR_CACHE } from '../shared/site-worker'

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: { url: string; revision: string | null }[] }

/** The response under the headers that the site's own server would send. */
function underOwnHeaders(response: Response, url: string): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(headersFor(new URL(url).pathname))) headers.set(name, value)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

addPlugins([{ handlerWillRespond: ({ request, response }) => Promise.resolve(underOwnHeaders(response, request.url)) }])
cleanupOutdatedCaches()
precacheAndRoute(self.__WB_MANIFEST)
// Whatever address within the site is opened, it is the page; files of models that are asked for by hand are not.
registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html'), { denylist: [/\/models\//] }))

// Few need the engine for the processor, so it is not stored for everybody: the page keeps it where it was used.
registerRoute(
  ({ sameOrigin, url }) => sameOrigin && isForProcessor(url.pathname),
  async ({ request }) => {
    const kept = await caches.match(request.url, { cacheName: PROCESSOR_CACHE })
    return underOwnHeaders(kept ?? (await fetch(request)), request.url)
  },
)

self.addEventListener('message', (event) => {
  if (event.data === ACTIVATE) void self.skipWaiting()
})
self.addEventListener('activate', (event) => {
  // The first visit, too, is served from the cache as soon as there is one.
  event.waitUntil(self.clients.claim())
})
