// node llama.mjs JOB.json: llama.cpp's greedy replies to prompts, by the WebAssembly that the site uses, as JSON.
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withPage } from './chromium.mjs'
import { readJob } from './job.mjs'
import { withServer } from './server.mjs'

/** @typedef {{ gguf: string, chrome: string, context: number, end: number, most: number, prompts: number[][], output: string }} Job */

/** @type {Job} */
const job = await readJob()
const wllama = dirname(fileURLToPath(import.meta.resolve('@wllama/wllama/esm/index.js')))

/** @type {Record<string, [string, string]>} */
const FILES = {
  '/wllama.js': [join(wllama, 'index.js'), 'text/javascript'],
  '/wllama.wasm': [join(wllama, 'single-thread/wllama.wasm'), 'application/wasm'],
  '/model.gguf': [job.gguf, 'application/octet-stream'],
}

/** @type {import('node:http').RequestListener} */
function serve(request, response) {
  const [path, type] = FILES[request.url ?? ''] ?? []
  if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
  else if (path === undefined || type === undefined) response.writeHead(404).end()
  else createReadStream(path).pipe(response.writeHead(200, { 'content-type': type }))
}

/** Runs in the page. @param {Omit<Job, 'gguf' | 'chrome' | 'output'>} asked @returns {Promise<number[][]>} */
async function replies({ context, end, most, prompts }) {
  /** @type {typeof import('@wllama/wllama/esm/index.js')} */
  const { Wllama } = await import(new URL('wllama.js', location.href).href)
  const llama = new Wllama({ 'single-thread/wllama.wasm': '/wllama.wasm' }, { suppressNativeLog: true })
  const gguf = await (await fetch('/model.gguf')).blob()
  await llama.loadModel([gguf], { n_ctx: context, n_batch: context, n_threads: 1 })
  await llama.samplingInit({ temp: 0 })
  const found = []
  for (const prompt of prompts) {
    await llama.kvClear()
    await llama.decode(prompt, {})
    /** @type {number[]} */
    const reply = []
    const room = Math.min(most, context - prompt.length)
    while (reply.length < room && reply.at(-1) !== end) {
      const { token } = await llama.samplingSample()
      reply.push(token)
      if (token !== end) await llama.decode([token], {})
    }
    found.push(reply)
  }
  return found
}

await withServer(serve, (origin) =>
  withPage(job.chrome, async (page) => {
    await page.goto(origin)
    const { context, end, most, prompts } = job
    await writeFile(job.output, JSON.stringify(await page.evaluate(replies, { context, end, most, prompts })))
  }),
)
