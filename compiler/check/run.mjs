// node run.mjs JOB.json: runs a job's steps in Chromium and writes the results as JSON.
import { createReadStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withPage } from './chromium.mjs'
import { modelFile, readJob } from './job.mjs'
import { withServer } from './server.mjs'

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}
const job = await readJob()
const here = fileURLToPath(new URL('.', import.meta.url))

/** @param {string} path  of a request @returns {string | undefined} its file */
function fileFor(path) {
  if (['/page.html', '/page.mjs', '/launches.mjs'].includes(path)) return join(here, path)
  if (path === '/web-llm.js') return fileURLToPath(import.meta.resolve('@mlc-ai/web-llm'))
  return modelFile(job, path)
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function serve(request, response) {
  const path = fileFor(new URL(request.url ?? '', 'http://localhost').pathname)
  const size = path && (await stat(path).catch(() => undefined))?.size
  if (!path || size === undefined) {
    response.writeHead(404).end()
    return
  }
  const type = TYPES[extname(path)] ?? 'application/octet-stream'
  response.writeHead(200, { 'content-type': type, 'content-length': size })
  createReadStream(path).pipe(response)
}

await withServer(
  (request, response) => void serve(request, response),
  (origin) => {
    const inPage = async (/** @type {import('playwright').Page} */ page) => {
      await page.goto(`${origin}/page.html`)
      const model = await page.evaluateHandle(async () => {
        /** @type {typeof import('./page.mjs')} */
        const { loadModel } = await import(new URL('page.mjs', location.href).href)
        return loadModel()
      })
      /** @type {unknown[]} */
      const results = [await model.evaluate(({ loadMs }) => loadMs)]
      for (const step of job.steps)
        results.push(await model.evaluate((own, { do: name, args }) => own.run(name, args), step))
      await writeFile(job.output, JSON.stringify(results))
    }
    return withPage(job.chrome, inPage, job.flags)
  },
)
