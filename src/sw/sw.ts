/// <reference lib="webworker" />
/**
 * The service worker: the site, its engine and Nano are kept whole and served from the cache, so that the page opens and
 * answers without a network. It answers with the site's own headers too: on hosts that cannot set any, the page is
 * cross-origin isolated and the engine is without network from the second visit on.
 */
import { airGappedHeaders, headersFor, isForProcessor } from '../../config/headers.mjs'
import { isAirGapped } from '../platform/air-gap'
import { keepLedger } from '../platform/keep-ledger'
import { AppError } from '../shared/errors'
import { ACTIVATE, AIR_GAP_CACHE, AIR_GAP_CHANGED, CHECK, PROCESSOR_CACHE } from '../shared/site-worker'
import { SiteFiles, type SiteFile } from './site-files'

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: readonly SiteFile[]
  readonly URLPattern?: new (pattern: object) => object
}

/** Static routes (Service Workers, section "addRoutes"), which TypeScript does not know yet. */
interface InstallEvent extends ExtendableEvent {
  addRoutes(rule: { condition: { urlPattern: object }; source: 'fetch-event' }): Promise<void>
}

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

keepLedger('offline')

/** Whether the air gap is on, as far as is known since this worker was started. */
let isGapOn: boolean | undefined
const lookForGap = async () => (isGapOn = await isAirGapped())
void lookForGap()

/** Nobody else can know the address that ends the air gap: a link from elsewhere must not. */
const END_GAP = `${SITE}?end-air-gap=${crypto.randomUUID()}`

/** Shown where the stored page is damaged and must not be fetched. */
const NO_PAGE = `<!doctype html><meta charset="utf-8"><title>Thinktab · 思页</title>
<p>The air gap is on, and the stored page is damaged. Your chats are kept.
<a href="${END_GAP}">Turn the air gap off and open the page</a></p>
<p lang="zh-CN">断网模式已开启，但本机保存的页面已损坏。对话仍然保留。<a href="${END_GAP}">关闭断网模式并打开页面</a></p>`

/** The response under the headers that the site's own server would send. */
function underOwnHeaders(response: Response, url: string): Response {
  const headers = new Headers(response.headers)
  const { pathname } = new URL(url)
  const own = { ...headersFor(pathname), ...(isGapOn && airGappedHeaders(pathname)) }
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
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
  if (event.request.url === END_GAP) {
    await caches.delete(AIR_GAP_CACHE)
    await lookForGap()
  }
  const isGapped = isGapOn ?? (await lookForGap())
  try {
    const { response, wasStored } = await (processor.has(url) ? processor : site).read(url)
    // Where one file was lost, others may be.
    if (!wasStored && site.has(url)) event.waitUntil(site.check())
    return underOwnHeaders(response, url)
  } catch (error) {
    // A page of the network's own is what the user has to see: that of a captive portal, or of a version that is newer still.
    if (url === INDEX && isGapped) return new Response(NO_PAGE, { headers: { 'Content-Type': 'text/html' } })
    if (url === INDEX) return await fetch(event.request)
    const isGone = error instanceof AppError && error.code === 'artifact-missing'
    return isGone ? new Response(null, { status: Number(error.details.status) }) : Response.error()
  }
}

/** What the site does not store: other hosts, and files that are asked for by hand. */
async function beyond(request: Request): Promise<Response> {
  return (isGapOn ?? (await lookForGap())) ? Response.error() : await fetch(request)
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
  // Without a rule, Chromium asks the network for a page while it starts this worker (ServiceWorkerAutoPreload).
  if ('addRoutes' in event && self.URLPattern)
    event.waitUntil(
      (event as InstallEvent).addRoutes({ condition: { urlPattern: new self.URLPattern({}) }, source: 'fetch-event' }),
    )
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
  // Without the air gap, weights take the short way past this worker.
  else if (isGapOn !== false) event.respondWith(beyond(event.request))
})
self.addEventListener('message', (event) => {
  if (event.data === ACTIVATE) void self.skipWaiting()
  if (event.data === CHECK) event.waitUntil(site.check())
  if (event.data === AIR_GAP_CHANGED) event.waitUntil(lookForGap().then(() => event.ports[0]?.postMessage(true)))
})
