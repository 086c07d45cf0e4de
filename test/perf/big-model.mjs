/**
 * A model of a gigabyte for the benchmarks, and a hub that has it: Nano with 31 additional tensors of 32 MiB. No kernel
 * reads them, but loading reads, hashes and uploads them like all others.
 */
import { Buffer } from 'node:buffer'
import { createCipheriv, createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const MEBIBYTE = 2 ** 20
const SHARD_BYTES = 32 * MEBIBYTE
const SHARDS = 31
const PATH = '/big/resolve/main/'

/** @typedef {{ path: string, bytes: number, sha256: string, role: string }} Artifact */
/** @typedef {{ url: string, served: () => number, bytesPerSecond: number, close: () => Promise<void> }} BigHub */

/**
 * Bytes without a pattern, the same every time: weights do not compress either, and Chrome compresses array buffers in
 * IndexedDB.
 * @param {number} bytes @param {number} seed
 */
const noise = (bytes, seed) =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(bytes))

/** @param {Buffer} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/** @param {string} nano  folder of the built-in model */
async function filesOf(nano) {
  const index = /** @type {{ records: unknown[] }} */ (
    JSON.parse(await readFile(join(nano, 'tensor-cache.json'), 'utf8'))
  )
  const manifest = /** @type {{ artifacts: Artifact[] }} */ (
    JSON.parse(await readFile(join(nano, 'manifest.json'), 'utf8'))
  )
  const names = Array.from({ length: SHARDS }, (_, at) => `padding_${String(at)}.bin`)
  const record = (/** @type {string} */ dataPath) => ({
    dataPath,
    format: 'raw-shard',
    nbytes: SHARD_BYTES,
    records: [
      {
        name: dataPath,
        shape: [SHARD_BYTES / 4],
        dtype: 'uint32',
        format: 'raw',
        nbytes: SHARD_BYTES,
        byteOffset: 0,
      },
    ],
  })
  index.records.push(...names.map(record))
  /** @type {Map<string, Buffer>} */
  const files = new Map([['tensor-cache.json', Buffer.from(JSON.stringify(index))]])
  names.forEach((name, at) => files.set(name, noise(SHARD_BYTES, at)))
  const { artifacts: given, ...rest } = manifest
  for (const { path } of given) if (!files.has(path)) files.set(path, await readFile(join(nano, path)))
  const roles = new Map(given.map(({ path, role }) => [path, role]))
  const artifacts = [...files].map(([path, bytes]) => ({
    path,
    bytes: bytes.length,
    sha256: sha256(bytes),
    role: roles.get(path) ?? 'shard',
  }))
  files.set('manifest.json', Buffer.from(JSON.stringify({ ...rest, id: 'big', name: 'Big', artifacts })))
  return files
}

/**
 * Serves the model with ranges, on any free port of 127.0.0.1.
 * @param {string} nano  folder of the built-in model
 * @returns {Promise<BigHub>} `served`: bytes of bodies that have left, so far; `bytesPerSecond` may be set
 */
export async function openBigHub(nano) {
  const files = await filesOf(nano)
  let served = 0
  const server = createServer((request, response) => {
    const file = files.get((request.url ?? '').replace(PATH, ''))
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag')
    response.setHeader('Access-Control-Allow-Headers', 'Range')
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
    response.setHeader('Cache-Control', 'no-store')
    if (request.method === 'OPTIONS' || !file) {
      response.writeHead(file ? 204 : 404).end()
      return
    }
    const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const start = Number(asked?.[1] ?? 0)
    const end = asked?.[2] ? Number(asked[2]) + 1 : file.length
    if (asked) response.setHeader('Content-Range', `bytes ${String(start)}-${String(end - 1)}/${String(file.length)}`)
    response.writeHead(asked ? 206 : 200, { 'Content-Length': end - start })
    void send(response, file.subarray(start, end))
  })
  /** @param {import('node:http').ServerResponse} response @param {Buffer} body */
  async function send(response, body) {
    const step = MEBIBYTE / 4
    for (let at = 0; at < body.length && !response.destroyed; at += step) {
      const part = body.subarray(at, at + step)
      // told of a failed write too, because the page is gone
      await new Promise((resolve) => response.write(part, resolve))
      served += part.length
      if (hub.bytesPerSecond < Infinity) await sleep((part.length * 1000) / hub.bytesPerSecond)
    }
    response.end()
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  /** @type {BigHub} */
  const hub = {
    url: `http://127.0.0.1:${String(port)}${PATH}`,
    served: () => served,
    bytesPerSecond: Infinity,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined))
        server.closeAllConnections()
      }),
  }
  return hub
}
