/**
 * The one source of every response header of the site. The local server, the `_headers` file for static hosts and the
 * policy in index.html are all made from this file.
 */

/** Trusted Types policies that exist: Svelte's own (in its DOM reconciler) and ours (src/platform/trusted.ts). */
const TRUSTED_TYPES_POLICIES = ['svelte-trusted-html', 'thinktab']

/** @typedef {Readonly<Record<string, string>>} Directives  a Content-Security-Policy, one entry a directive */

/** @type {Directives} */
const DOCUMENT_POLICY = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'manifest-src': "'self'",
  'frame-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': TRUSTED_TYPES_POLICIES.join(' '),
}

/** A worker obeys the policy of its own response, so the engine can be cut off from the network by its file alone.
 * @type {Directives} */
const ENGINE_WORKER_POLICY = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'connect-src': "'none'",
}

/**
 * wllama builds llama.cpp's worker from a Blob, and the worker reads its WebAssembly from another Blob: both lie in
 * memory. A worker of a Blob inherits this policy, so it has no network either.
 * @type {Directives}
 */
const CPU_WORKER_POLICY = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': 'blob:',
  'connect-src': 'blob:',
}

/**
 * Only the worker that fetches weights may reach other hosts: hubs redirect to stores under changing names, and people
 * enter hubs of their own. It never receives a word of a conversation.
 * @type {Directives}
 */
const WEIGHTS_WORKER_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'connect-src': "'self' https: http://localhost:* http://127.0.0.1:*",
}

/**
 * The same worker while the air gap is on. The service worker answers for the site's own files.
 * @type {Directives}
 */
const AIR_GAPPED_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'connect-src': "'self'",
}

/**
 * The worker that colours code reads a model's text, and needs only its own grammars.
 * @type {Directives}
 */
const HIGHLIGHT_WORKER_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'connect-src': "'none'",
}

/**
 * The worker that searches has every word of every chat in its memory, and no network.
 * @type {Directives}
 */
const SEARCH_WORKER_POLICY = HIGHLIGHT_WORKER_POLICY

/**
 * The worker that derives keys hears the passphrase. Argon2id is WebAssembly.
 * @type {Directives}
 */
const DERIVE_WORKER_POLICY = ENGINE_WORKER_POLICY

/**
 * The worker that looks at a GGUF file runs the file's template, which anybody may have written, and has only that
 * file.
 * @type {Directives}
 */
const GGUF_WORKER_POLICY = HIGHLIGHT_WORKER_POLICY

/**
 * The document in which code blocks are previewed, and by inheritance the frames and workers that it makes
 * (docs/decisions/0013). Its origin is opaque, it has no network, and it cannot send anything elsewhere. A frame
 * without address (srcdoc) needs no permission in frame-src; every other frame does. Evaluating is allowed, because
 * code that may run an inline script gains nothing by it.
 * @type {Directives}
 */
const PREVIEW_POLICY = {
  'default-src': "'none'",
  'script-src': "'unsafe-inline' 'unsafe-eval'",
  'style-src': "'unsafe-inline'",
  'img-src': 'data: blob:',
  'font-src': 'data: blob:',
  'media-src': 'data: blob:',
  'worker-src': 'blob:',
  'connect-src': "'none'",
  'frame-src': "'none'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
  sandbox: 'allow-scripts allow-forms',
  'require-trusted-types-for': "'script'",
  'trusted-types': 'default',
}

/** Directives that browsers ignore in a meta element (CSP level 3, section 3.3). */
const NOT_IN_META = new Set(['frame-ancestors', 'sandbox', 'report-uri'])

const ENGINE_WORKER_FILE = /\/assets\/engine-worker-[\w-]+\.js$/
const CPU_WORKER_FILE = /\/assets\/cpu-worker-[\w-]+\.js$/
const WASM_FILE = /\/assets\/wllama-[\w-]+\.wasm$/
/** Some static hosts leave .html out of addresses. */
const PREVIEW_FILE = /\/preview(?:\.html)?$/
const WEIGHTS_WORKER_FILE = /\/assets\/weights-worker-[\w-]+\.js$/
const HIGHLIGHT_WORKER_FILE = /\/assets\/highlight-worker-[\w-]+\.js$/
const SEARCH_WORKER_FILE = /\/assets\/search-worker-[\w-]+\.js$/
const DERIVE_WORKER_FILE = /\/assets\/derive-worker-[\w-]+\.js$/
const GGUF_WORKER_FILE = /\/assets\/gguf-worker-[\w-]+\.js$/
const SERVICE_WORKER = '/sw.js'
const HASHED_FILE = /\/assets\/[^/]+-[\w-]{8}\.\w+$/
/** Files that start a context of their own (a page or a worker) and therefore carry a policy. */
const CONTEXT_FILE = /(?:\.html|-worker-[\w-]+\.js|\/sw\.js)$/

/** @type {readonly (readonly [file: RegExp, policy: Directives])[]} */
const OWN_POLICIES = [
  [PREVIEW_FILE, PREVIEW_POLICY],
  [ENGINE_WORKER_FILE, ENGINE_WORKER_POLICY],
  [CPU_WORKER_FILE, CPU_WORKER_POLICY],
  [WEIGHTS_WORKER_FILE, WEIGHTS_WORKER_POLICY],
  [HIGHLIGHT_WORKER_FILE, HIGHLIGHT_WORKER_POLICY],
  [SEARCH_WORKER_FILE, SEARCH_WORKER_POLICY],
  [DERIVE_WORKER_FILE, DERIVE_WORKER_POLICY],
  [GGUF_WORKER_FILE, GGUF_WORKER_POLICY],
]

/**
 * Whether a file is needed only where the model runs on the processor.
 * @param {string} path  of a file on the site, with a leading slash
 */
export const isForProcessor = (path) => CPU_WORKER_FILE.test(path) || WASM_FILE.test(path)

/**
 * The headers that make the page cross-origin isolated (SharedArrayBuffer, threads); the development server needs them
 * too.
 */
export const ISOLATION_HEADERS = Object.freeze({
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
})

const COMMON_HEADERS = Object.freeze({
  ...ISOLATION_HEADERS,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(self), geolocation=(), display-capture=(), payment=(), usb=()',
})

/**
 * The headers for cases that a policy does not cover: the browser looks up no names in links, and connects nowhere.
 * Without the second header, Chromium that is told to leave for another host connects to it before it finds that the
 * policy refuses.
 */
const PREVIEW_HEADERS = Object.freeze({ 'X-DNS-Prefetch-Control': 'off', 'Connection-Allowlist': '()' })

/** @param {Directives} directives */
const policyText = (directives) =>
  Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')

/** @param {string} path  of a file on the site, with a leading slash */
function policyFor(path) {
  const [, policy] = OWN_POLICIES.find(([file]) => file.test(path)) ?? []
  return policyText(policy ?? DOCUMENT_POLICY)
}

/** @param {string} path  of a file on the site, with a leading slash */
const ownHeaders = (path) => (PREVIEW_FILE.test(path) ? PREVIEW_HEADERS : {})

/**
 * A page has the browser look for a new service worker past its cache, and through it while the air gap is on: then the
 * cached one is new enough for a day, the longest time that browsers accept.
 * @param {string} path  of a file on the site, with a leading slash
 */
function cacheFor(path) {
  if (path === SERVICE_WORKER) return 'max-age=86400'
  return HASHED_FILE.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/**
 * Every header of the response for a path.
 * @param {string} path  with a leading slash
 * @returns {Record<string, string>}
 */
export function headersFor(path) {
  return {
    ...COMMON_HEADERS,
    ...ownHeaders(path),
    'Cache-Control': cacheFor(path),
    'Content-Security-Policy': policyFor(path),
  }
}

/**
 * What else the service worker sets while the air gap is on.
 * @param {string} path  of a file on the site, with a leading slash
 * @returns {Record<string, string>}
 */
export const airGappedHeaders = (path) =>
  WEIGHTS_WORKER_FILE.test(path) ? { 'Content-Security-Policy': policyText(AIR_GAPPED_POLICY) } : {}

/** @param {Directives} directives */
const inMeta = (directives) =>
  policyText(Object.fromEntries(Object.entries(directives).filter(([name]) => !NOT_IN_META.has(name))))

/** The page's policy as far as a meta element can carry it, for hosts that cannot set headers. */
export const metaPolicy = () => inMeta(DOCUMENT_POLICY)

/** The same for preview.html; the page then puts the sandbox on its frame. */
export const previewMetaPolicy = () => inMeta(PREVIEW_POLICY)

/**
 * The headers for hosts whose configuration knows regular expressions. For each header the value of the first rule counts
 * whose expression finds something in a path; without one, `other` does. An empty value is no header.
 * @returns {Record<string, { rules: [file: RegExp, value: string][], other: string }>}
 */
export function headerRules() {
  const ofPreview = Object.entries(PREVIEW_HEADERS).map(([name, value]) => {
    /** @type {[RegExp, string][]} */
    const rules = [[PREVIEW_FILE, value]]
    return [name, { rules, other: '' }]
  })
  return {
    ...Object.fromEntries(Object.entries(COMMON_HEADERS).map(([name, other]) => [name, { rules: [], other }])),
    ...Object.fromEntries(ofPreview),
    'Cache-Control': {
      rules: [
        [/\/sw\.js$/, cacheFor(SERVICE_WORKER)],
        [HASHED_FILE, cacheFor('/assets/x-00000000.js')],
      ],
      other: cacheFor('/'),
    },
    'Content-Security-Policy': {
      rules: OWN_POLICIES.map(([file, policy]) => [file, policyText(policy)]),
      other: policyText(DOCUMENT_POLICY),
    },
  }
}

/**
 * The text of a `_headers` file (the format that Cloudflare Pages and Netlify read). Such hosts join the values of all
 * matching rules, so no header is in two rules that can match the same file.
 * @param {readonly string[]} files  every file of the site, without a leading slash
 */
export function headersFile(files) {
  /** @param {string} path @param {Record<string, string>} headers */
  const rule = (path, headers) =>
    [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)].join('\n')
  const paths = files
    .map((file) => `/${file}`)
    .filter((path) => CONTEXT_FILE.test(path))
    .flatMap((path) => (PREVIEW_FILE.test(path) ? [path, path.replace('.html', '')] : [path]))
    .sort()
  const contexts = ['/', ...paths].map((path) =>
    rule(path, {
      'Content-Security-Policy': policyFor(path),
      ...ownHeaders(path),
      ...(path === SERVICE_WORKER && { 'Cache-Control': cacheFor(path) }),
    }),
  )
  return [
    rule('/*', COMMON_HEADERS),
    rule('/assets/*', { 'Cache-Control': cacheFor('/assets/x-00000000.js') }),
    ...contexts,
  ]
    .join('\n\n')
    .concat('\n')
}
