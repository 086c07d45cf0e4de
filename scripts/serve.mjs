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
/** The folder of the models of `options.models`, below the base. */
export const OWN_MODELS = 'own-models/'
const DIST = fileURLToPath(new URL('../dist', import.meta.url))

/** @typedef {(path: string) => Record<string, string>} Headers */

/**
 * @param {number} port  0 for any free one
 * @param {object} options
 * @param {string} [options.folder]  the built site
 * @param {string} [options.base]  the path below which it lies, with a slash at both ends
 * @param {Headers} [options.headers] of a response, by its path; none for a host that cannot set headers
 * @param {(path: string) => void} [options.asked] told of every request, also of those that are answered with 304
 * @param {string} [options.models]  a folder of somebody's models, served below own-models/
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 * @throws {Error} if the site is not built; with the code EADDRINUSE if the port is taken
 */
export async function serve(port, { folder = DIST, base = '/', headers = headersFor, asked, models } = {}) {
  if (!existsSync(folder)) throw new Error('There is no dist folder to serve: run npm run build first.')
  const files = sirv(folder, {
    etag: true,
    dev: folder !== DIST, // a test changes its copy of the site while it is served
    extensions: ['html'],
    setHeaders: (response, path) => setHeaders(response, headers(path)),
  })
  const own = models === undefined ? undefined : sirv(models, { dev: true })
  const server = createServer((request, response) => {
    // Not new URL(): it throws on paths that a client may well send, such as //.
    const [path = '/'] = (request.url ?? '/').split('?')
    asked?.(path)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, headers(path), 405, 'Only GET and HEAD are answered here.')
      return
    }
    const nothing = () => {
      refuse(response, headers(path), 404, `There is nothing at ${path}.`)
    }
    if (own && path.startsWith(`${base}${OWN_MODELS}`)) {
      setHeaders(response, headers(path))
      request.url = `/${(request.url ?? '').slice(base.length + OWN_MODELS.length)}`
      own(request, response, nothing)
    } else if (path.startsWith(base)) {
      request.url = `/${(request.url ?? '').slice(base.length)}`
      files(request, response, nothing)
    } else nothing()
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => resolve(undefined))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    url: `http://${HOST}:${String(address.port)}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

/** @param {import('node:http').ServerResponse} response @param {Record<string, string>} headers */
function setHeaders(response, headers) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/** @param {import('node:http').ServerResponse} response @param {Record<string, string>} headers @param {number} status @param {string} why */
function refuse(response, headers, status, why) {
  setHeaders(response, headers)
  response.setHeader('Cache-Control', 'no-store')
  if (status === 405) response.setHeader('Allow', 'GET, HEAD')
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${why}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  const { url } = await serve(Number(values.port))
  console.log(`Serving dist on ${url}`)
}
