/**
 * Serves the built site on 127.0.0.1 with the site's headers. As a program: `node scripts/serve.mjs [--port N]`, where
 * port 0, the default, takes any free one.
 */
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sirv from 'sirv'
import { headersFor } from '../config/headers.mjs'

const HOST = '127.0.0.1'
const DIST = fileURLToPath(new URL('../dist', import.meta.url))

/**
 * @param {number} port  0 for any free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 * @throws {Error} if the site is not built; with the code EADDRINUSE if the port is taken
 */
export async function serve(port) {
  if (!existsSync(DIST)) throw new Error('There is no dist folder to serve: run npm run build first.')
  const files = sirv(DIST, {
    etag: true,
    extensions: ['html'],
    setHeaders: (response, path) => setHeaders(response, path),
  })
  const server = createServer((request, response) => {
    // Not new URL(): it throws on what a client may well send, such as //.
    const [path = '/'] = (request.url ?? '/').split('?')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, path, 405, 'Only GET and HEAD are answered here.')
      return
    }
    files(request, response, () => {
      refuse(response, path, 404, `There is nothing at ${path}.`)
    })
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => resolve(undefined))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    url: `http://${HOST}:${String(address.port)}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

/** @param {import('node:http').ServerResponse} response @param {string} path */
function setHeaders(response, path) {
  for (const [name, value] of Object.entries(headersFor(path))) response.setHeader(name, value)
}

/** @param {import('node:http').ServerResponse} response @param {string} path @param {number} status @param {string} why */
function refuse(response, path, status, why) {
  setHeaders(response, path)
  response.setHeader('Cache-Control', 'no-store')
  if (status === 405) response.setHeader('Allow', 'GET, HEAD')
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${why}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  const { url } = await serve(Number(values.port))
  console.log(`Serving dist on ${url}`)
}
