// node node.mjs JOB.json: runs a job's steps in Node on Dawn. WebLLM is written for browsers: this gives it what it uses.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { openDawn } from './dawn.mjs'
import { modelFile, readJob } from './job.mjs'

const job = await readJob()
const here = fileURLToPath(new URL('.', import.meta.url))
const origin = 'http://model.test'

const gpu = await openDawn(job.dawn)

/** @param {RequestInfo | URL} request */
const urlOf = (request) => (request instanceof Request ? request.url : String(request))

/** @param {RequestInfo | URL} request */
async function fetchFile(request) {
  const file = modelFile(job, new URL(urlOf(request)).pathname)
  const content = file && (await readFile(file).catch(() => undefined))
  return content ? new Response(content) : new Response('', { status: 404 })
}
globalThis.fetch = fetchFile

/** A Cache in memory, with what WebLLM calls. */
class MemoryCache {
  /** @type {Map<string, Response>} */
  #entries = new Map()

  /** @param {RequestInfo | URL} request */
  match(request) {
    return Promise.resolve(this.#entries.get(urlOf(request))?.clone())
  }

  /** @param {RequestInfo | URL} request @param {Response} response */
  put(request, response) {
    this.#entries.set(urlOf(request), response)
    return Promise.resolve()
  }

  /** @param {RequestInfo | URL} request */
  async add(request) {
    await this.put(request, await fetch(request))
  }

  /** @param {RequestInfo | URL} request */
  delete(request) {
    return Promise.resolve(this.#entries.delete(urlOf(request)))
  }

  keys() {
    return Promise.resolve([...this.#entries.keys()].map((url) => ({ url })))
  }
}

/** @type {Map<string, MemoryCache>} */
const caches = new Map()

/** @param {string} name */
function openCache(name) {
  const cache = caches.get(name) ?? new MemoryCache()
  caches.set(name, cache)
  return Promise.resolve(cache)
}

// Object.assign and not =, because each of these has only what WebLLM uses of the browser's
Object.assign(globalThis, {
  caches: {
    open: openCache,
    has: (/** @type {string} */ name) => Promise.resolve(caches.has(name)),
    delete: (/** @type {string} */ name) => Promise.resolve(caches.delete(name)),
  },
  location: { origin, href: `${origin}/page.html` },
  self: globalThis,
  window: globalThis,
})
Object.defineProperty(globalThis, 'navigator', {
  value: {
    gpu: { requestAdapter: () => gpu.requestAdapter(), wgslLanguageFeatures: gpu.wgslLanguageFeatures },
    userAgent: 'node',
  },
  configurable: true,
})

const folder = await mkdtemp(join(tmpdir(), 'kernels-check-'))
try {
  const webllm = await readFile(fileURLToPath(import.meta.resolve('@mlc-ai/web-llm')), 'utf8')
  // its test for Node would make it load node modules which a browser's bundle lacks
  const asBrowser = webllm.replace(/typeof process\s*===?\s*"object"|"object"\s*===?\s*typeof process/g, 'false')
  await writeFile(join(folder, 'web-llm.js'), asBrowser)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  for (const name of ['page.mjs', 'launches.mjs']) await writeFile(join(folder, name), await readFile(join(here, name)))
  /** @type {typeof import('./page.mjs')} */
  const { loadModel } = await import(pathToFileURL(join(folder, 'page.mjs')).href)
  const model = await loadModel()
  /** @type {unknown[]} */
  const results = [model.loadMs]
  for (const { do: name, args } of job.steps) results.push(await model.run(name, args))
  // JSON has no NaN and no infinity: an overflow must not look like a zero
  const shown = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  await writeFile(job.output, JSON.stringify(results, shown))
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exit(0)
