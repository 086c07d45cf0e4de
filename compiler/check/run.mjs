// node run.mjs JOB.json: runs a job's steps in Chromium and writes the results as JSON.
// A job is {folder, index, library, chrome, output, steps: [{do, args}]}; `do` names a function of page.mjs.
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const TYPES = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  wasm: 'application/wasm',
}
const CHROME_FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--enable-unsafe-webgpu',
]

const job = JSON.parse(await readFile(process.argv[2], 'utf8'))
const here = fileURLToPath(new URL('.', import.meta.url))

/** The file behind a request path, or undefined. */
function fileFor(path) {
  if (path === '/page.html' || path === '/page.mjs') return join(here, path)
  if (path === '/web-llm.js') return fileURLToPath(import.meta.resolve('@mlc-ai/web-llm'))
  if (path === '/library.wasm') return job.library
  const name = /^\/model\/(?:resolve\/main\/)?([\w.-]+)$/.exec(path)?.[1]
  return name === 'tensor-cache.json' ? job.index : name && join(job.folder, name)
}

const server = createServer(async (request, response) => {
  const path = fileFor(new URL(request.url, 'http://localhost').pathname)
  const size = path && (await stat(path).catch(() => undefined))?.size
  if (size === undefined) {
    response.writeHead(404).end()
    return
  }
  const type = TYPES[path.split('.').pop()] ?? 'application/octet-stream'
  response.writeHead(200, { 'content-type': type, 'content-length': size })
  createReadStream(path).pipe(response)
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

const profile = await mkdtemp(join(tmpdir(), 'library-check-'))
let context
try {
  context = await chromium.launchPersistentContext(profile, {
    executablePath: job.chrome,
    headless: true,
    args: CHROME_FLAGS,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(0)
  page.on('console', (message) => message.type() === 'error' && console.error(message.text().slice(0, 2000)))
  page.on('pageerror', (error) => console.error(String(error).slice(0, 2000)))
  await page.goto(`http://127.0.0.1:${server.address().port}/page.html`)
  await page.waitForFunction('globalThis.loadModel')
  const results = [await page.evaluate('loadModel()')]
  for (const { do: name, args } of job.steps) {
    results.push(await page.evaluate(([f, a]) => globalThis.model[f](...a), [name, args]))
  }
  await writeFile(job.output, JSON.stringify(results))
} finally {
  await context?.close()
  server.close()
  await rm(profile, { recursive: true, force: true })
}
