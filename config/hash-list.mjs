import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The file with the hashes of all others. */
export const HASH_LIST = 'sha256sums.txt'

/** @param {string} file */
async function sha256(file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/**
 * The list that `sha256sum -c` reads: a line for each file of a folder, by name.
 *
 * @param {string} folder
 */
export async function hashList(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => file !== HASH_LIST)
    .sort()
  const lines = []
  for (const file of files) lines.push(`${await sha256(join(folder, file))}  ${file}\n`)
  return lines.join('')
}

/**
 * Build only: writes the SHA-256 of every file of the site beside them. The service worker's script is built later,
 * because it holds the hash of this list, and is not in it.
 *
 * @param {string} folder  of the built site
 * @returns {import('vite').Plugin}
 */
export const siteHashes = (folder) => ({
  name: 'thinktab:site-hashes',
  apply: 'build',
  closeBundle: {
    sequential: true,
    order: 'pre',
    handler: async () => {
      await writeFile(join(folder, HASH_LIST), await hashList(folder))
    },
  },
})
