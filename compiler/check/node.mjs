// node node.mjs JOB.json: runs a job's steps (see run.mjs) in Node on Dawn, npm's `webgpu` in the folder `job.dawn`.
// The caller chooses the Vulkan driver (VK_ICD_FILENAMES). WebLLM is written for browsers: this gives it what it uses.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const job = JSON.parse(await readFile(process.argv[2], 'utf8'))
const here = fileURLToPath(new URL('.', import.meta.url))
const origin = 'http://model.test'

const dawn = createRequire(join(job.dawn, 'package.json')).resolve('webgpu')
const { create, globals } = await import(pathToFileURL(dawn).href)
Object.assign(globalThis, globals)
const gpu = create(['enable-dawn-features=allow_unsafe_apis', 'backend=vulkan'])

/** The file behind a URL, or undefined. */
function fileFor(url) {
  const path = new URL(url).pathname
  if (path === '/library.wasm') return job.library
  const name = /^\/model\/(?:resolve\/main\/)?([\w.-]+)$/.exec(path)?.[1]
  return name === 'tensor-cache.json' ? job.index : name && join(job.folder, name)
}

globalThis.fetch = async (request) => {
  const file = fileFor(String(request.url ?? request))
  const content = file && (await readFile(file).catch(() => undefined))
  return content ? new Response(content) : new Response('', { status: 404 })
}

/** A CacheStorage in memory, with what WebLLM calls. */
class MemoryCache {
  #entries = new Map()
  #key = (request) => String(request.url ?? request)
  match = async (request) => this.#entries.get(this.#key(request))?.clone()
  put = async (request, response) => void this.#entries.set(this.#key(request), response)
  add = async (request) => this.put(request, await fetch(request))
  delete = async (request) => this.#entries.delete(this.#key(request))
  keys = async () => [...this.#entries.keys()].map((url) => ({ url }))
}
const caches = new Map()
globalThis.caches = {
  open: async (name) => caches.get(name) ?? caches.set(name, new MemoryCache()).get(name),
  has: async (name) => caches.has(name),
  delete: async (name) => caches.delete(name),
}
Object.defineProperty(globalThis, 'navigator', {
  value: { gpu: { requestAdapter: () => gpu.requestAdapter(), wgslLanguageFeatures: gpu.wgslLanguageFeatures }, userAgent: 'node' },
  configurable: true,
})
globalThis.location = { origin, href: `${origin}/page.html` }
globalThis.self = globalThis
globalThis.window = globalThis

const folder = await mkdtemp(join(tmpdir(), 'library-check-'))
try {
  const webllm = await readFile(fileURLToPath(import.meta.resolve('@mlc-ai/web-llm')), 'utf8')
  // its test for Node would make it load node modules which a browser's bundle lacks
  const asBrowser = webllm.replace(/typeof process\s*===?\s*"object"|"object"\s*===?\s*typeof process/g, 'false')
  await writeFile(join(folder, 'web-llm.js'), asBrowser)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'page.mjs'), await readFile(join(here, 'page.mjs')))
  await import(pathToFileURL(join(folder, 'page.mjs')).href)
  const results = [await globalThis.loadModel()]
  for (const { do: name, args } of job.steps) results.push(await globalThis.model[name](...args))
  // JSON has no NaN and no infinity: an overflow must not look like a zero
  await writeFile(job.output, JSON.stringify(results, (_, value) => (Object.is(value, NaN) || Math.abs(value) === Infinity ? String(value) : value)))
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exit(0)
