// node llama.mjs JOB.json: llama.cpp's greedy replies to prompts, by the WebAssembly that the site uses, as JSON.
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { withPage } from './chromium.mjs'

/** @typedef {{ gguf: string, chrome: string, context: number, end: number, most: number, prompts: number[][], output: string }} Job */

const [, , file] = process.argv
if (file === undefined) throw new Error('usage: node llama.mjs JOB.json')
/** @type {Job} */
const job = JSON.parse(await readFile(file, 'utf8'))
const wllama = dirname(fileURLToPath(import.meta.resolve('@wllama/wllama/esm/index.js')))

/** @type {Record<string, [string, string]>} */
const FILES = {
  '/wllama.js': [join(wllama, 'index.js'), 'text/javascript'],
  '/wllama.wasm': [join(wllama, 'single-thread/wllama.wasm'), 'application/wasm'],
  '/model.gguf': [job.gguf, 'application/octet-stream'],
}

const server = createServer((request, response) => {
  const [path, type] = FILES[request.url ?? ''] ?? []
  if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
  else if (path === undefined || type === undefined) response.writeHead(404).end()
  else createReadStream(path).pipe(response.writeHead(200, { 'content-type': type }))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('The server has no port.')

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

try {
  await withPage(job.chrome, async (page) => {
    await page.goto(`http://127.0.0.1:${address.port}/`)
    const { context, end, most, prompts } = job
    await writeFile(job.output, JSON.stringify(await page.evaluate(replies, { context, end, most, prompts })))
  })
} finally {
  server.close()
}
