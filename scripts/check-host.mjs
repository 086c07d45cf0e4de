/**
 * `npm run check-host -- URL [--folder DIST]`: whether a host serves the built site as it should: every file with its bytes,
 * the headers of config/headers.mjs, parts of files, and compressed scripts.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import { HASH_LIST } from '../config/hash-list.mjs'
import { headersFor } from '../config/headers.mjs'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const WEIGHTS = 'models/nano/params_shard_0.bin'

/** @typedef {{ status: number, headers: http.IncomingHttpHeaders, bytes: Buffer }} Answer */

/** Not `fetch`, which unpacks and hides how an answer was packed. @param {string} url @param {Record<string, string>} [headers] @returns {Promise<Answer>} */
function ask(url, headers = {}) {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith('https:') ? https : http
    get(url, { headers }, (response) => {
      /** @type {Buffer[]} */
      const parts = []
      response.on('data', (/** @type {Buffer} */ part) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(parts) }),
      )
    }).on('error', reject)
  })
}

/**
 * @param {string} url  of the site's folder, with a slash at its end
 * @param {string} [folder]  the built site
 * @returns {Promise<{ problems: string[], advice: string[] }>} what keeps a promise of the site from being true, and what
 *   only makes it slower
 */
export async function checkHost(url, folder = DIST) {
  const list = await readFile(join(folder, HASH_LIST), 'utf8')
  const files = list
    .trimEnd()
    .split('\n')
    .map((line) => ({ hash: line.slice(0, 64), file: line.slice(66) }))
    .filter(({ file }) => file !== '_headers')
  /** @type {string[]} */
  const problems = []
  /** @type {Set<string>} */
  const advice = new Set()
  for (const { file, hash } of [{ file: '', hash: undefined }, ...files]) {
    const { status, headers, bytes } = await ask(url + file.split('/').map(encodeURIComponent).join('/'))
    if (status !== 200) problems.push(`${file || 'The page'} is answered with status ${status}.`)
    else if (hash !== undefined && createHash('sha256').update(bytes).digest('hex') !== hash)
      problems.push(`${file} has other bytes than were built: the site will not work offline.`)
    for (const [name, value] of Object.entries(headersFor(`/${file}`))) {
      if (headers[name.toLowerCase()] === value) continue
      const where = /(?:\.html|-worker-[\w-]+\.js|^)$/.test(file) ? ` (${file || 'the page'})` : ''
      if (name === 'Cache-Control') advice.add(`Cache-Control is not as it should be${where}: "${value}".`)
      else if (where !== '') problems.push(`${name} is not as it should be${where}: "${value}".`)
    }
  }
  const part = await ask(url + WEIGHTS, { Range: 'bytes=10-19' })
  if (part.status !== 206 || part.bytes.length !== 10)
    advice.add('Parts of files are not served: downloads cannot go on.')
  const script = files.find(({ file }) => /^assets\/app-.*\.js$/.test(file))?.file ?? ''
  for (const encoding of ['br', 'gzip'])
    if ((await ask(url + script, { 'Accept-Encoding': encoding })).headers['content-encoding'] !== encoding)
      advice.add(`Scripts are not compressed with ${encoding}.`)
  const missing = await ask(`${url}assets/there-is-none.js`)
  if (missing.status !== 404) problems.push(`A file that is not there is answered with status ${missing.status}.`)
  return { problems, advice: [...advice] }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = util.parseArgs({ allowPositionals: true, options: { folder: { type: 'string' } } })
  const [url] = positionals
  if (!url?.endsWith('/')) throw new Error('Say the address of the site, with a slash at its end.')
  const { problems, advice } = await checkHost(url, values.folder)
  for (const line of problems) console.log(`✗ ${line}`)
  for (const line of advice) console.log(`· ${line}`)
  console.log(problems.length === 0 ? 'Every promise of the site holds on this host.' : `${problems.length} problems.`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
