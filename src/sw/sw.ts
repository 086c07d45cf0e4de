/// <reference lib="webworker" />
/**
 * The service worker: the site, its engine and Nano are kept whole and served from the cache, so that the page opens and
 * answers without a network. It answers with the site's own headers too: on hosts that cannot set any, the page is
 * cross-origin isolated and the engine is without network from the second visit on.
 */
import { headersFor, isForProcessor } from '../../config/headers.mjs'
import { AppError } from '../shared/errors'
import { ACTIVATE, CHECK, PROCESSOR_CACHE } from '../shared/site-worker'
import { SiteFiles, type SiteFile } from './site-files'

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly SiteFile[] }

const MANIFEST = self.__WB_MANIFEST
const SITE = self.registration.scope
const INDEX = new URL('index.html', SITE).href
/** Another folder of the same origin may hold another Thinktab. */
const SITE_CACHE = `thinktab-site-${SITE}`
/** Where version 0.1.0 kept the site. */
const EARLIER_CACHE = `workbox-precache-v2-${SITE}`

const site = new SiteFiles(
  MANIFEST.filter(({ url }) => !isForProcessor(`/${url}`)),
  SITE,
  SITE_CACHE,
)
// Few need the engine for the processor, so it is not stored for everybody, but where it was used.
const processor = new SiteFiles(
  MANIFEST.filter(({ url }) => isForProcessor(`/${url}`)),
  SITE,
  PROCESSOR_CACHE,
)

/** The response under the headers that the site's own server would send. */
function underOwnHeaders(response: Response, url: string): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(headersFor(new URL(url).pathname))) headers.set(name, value)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/**
 * The address of the file that a request is answered with, if it is one of this version. Whatever address within the site is
 * opened, it is the page; files of models that are asked for by hand are not.
 */
function fileFor({ method, mode, url }: Request): string | undefined {
  if (method !== 'GET') return undefined
  const { origin, pathname, search } = new URL(url)
  const address = `${origin}${pathname}`
  if (search !== '' && mode !== 'navigate') return undefined
  if (site.has(address) || processor.has(address)) return address
  return address === SITE || (mode === 'navigate' && !pathname.includes('/models/')) ? INDEX : undefined
}

async function answer(event: FetchEvent, url: string): Promise<Response> {
  try {
    const { response, wasStored } = await (processor.has(url) ? processor : site).read(url)
    // Where one file was lost, others may be.
    if (!wasStored && site.has(url)) event.waitUntil(site.check())
    return underOwnHeaders(response, url)
  } catch (error) {
    // A page of the network's own is what the user has to see: that of a captive portal, or of a version that is newer still.
    if (url === INDEX) return await fetch(event.request)
    const isGone = error instanceof AppError && error.code === 'artifact-missing'
    return isGone ? new Response(null, { status: Number(error.details.status) }) : Response.error()
  }
}

self.addEventListener('install', (event) => {
  const store = async () => {
    await site.store()
    // Where the processor was used it answers offline with a new version, too. Its WebAssembly is seldom another one.
    const worker = MANIFEST.find(({ url }) => url.includes('/cpu-worker-'))
    if (worker && (await caches.has(PROCESSOR_CACHE)))
      await processor.read(new URL(worker.url, SITE).href).catch(() => undefined) // it comes with the next use
  }
  event.waitUntil(store())
})
self.addEventListener('activate', (event) => {
  const takeOver = async () => {
    await Promise.all([site.dropOthers(), caches.delete(EARLIER_CACHE)])
    // The first visit, too, is served from the cache as soon as there is one.
    await self.clients.claim()
  }
  event.waitUntil(takeOver())
})
self.addEventListener('fetch', (event) => {
  const url = fileFor(event.request)
  if (url !== undefined) event.respondWith(answer(event, url))
})
self.addEventListener('message', (event) => {
  if (event.data === ACTIVATE) void self.skipWaiting()
  if (event.data === CHECK) event.waitUntil(site.check())
})
