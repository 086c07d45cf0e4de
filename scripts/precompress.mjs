/**
 * `npm run precompress [-- FOLDER]`: writes .br and .gz beside each file of the built site that gets smaller by it, for web
 * servers that serve such files.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import zlib from 'node:zlib'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
/** What is compressed already, or is asked for by ranges: weights. */
const AS_THEY_ARE = /\.(?:png|woff2|bin|gguf|br|gz)$/
/** Below this many bytes the header of an answer is larger than what is saved. */
const SMALLEST = 512

const gzip = util.promisify(zlib.gzip)
const brotli = util.promisify(zlib.brotliCompress)

/** @param {string} folder @returns {Promise<number>} how many files have been compressed */
export async function precompress(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  let count = 0
  for (const file of files) {
    // Hosts read it and do not serve it.
    if (AS_THEY_ARE.test(file) || relative(folder, file) === '_headers') continue
    const bytes = await readFile(file)
    if (bytes.length < SMALLEST) continue
    // The best quality takes a minute for WebAssembly of this size, and saves a percent.
    const quality = bytes.length > 1024 * 1024 ? 9 : 11
    const smaller = await brotli(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: quality } })
    if (smaller.length >= bytes.length) continue
    await writeFile(`${file}.br`, smaller)
    await writeFile(`${file}.gz`, await gzip(bytes, { level: 9 }))
    count += 1
  }
  return count
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = await precompress(process.argv[2] ?? DIST)
  console.log(`${count} files have a .br and a .gz beside them.`)
}
