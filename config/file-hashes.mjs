import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { isForProcessor } from './headers.mjs'

/** @param {string | Uint8Array} bytes  of a file */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/**
 * Notes the SHA-256 of each file of the built site as its revision, by which the service worker knows whether it has got
 * that file. (The MD5 that comes from Workbox's build browsers cannot compute, and it leaves out files with a hash in their name.)
 * @param {string} folder  of the built site
 * @returns {import('workbox-build').ManifestTransform[]}
 */
export const revisionsByContent = (folder) => [
  async (entries) => ({
    manifest: await Promise.all(
      entries.map(async (entry) => ({ ...entry, revision: sha256(await readFile(join(folder, entry.url))) })),
    ),
    warnings: [],
  }),
]

/** What stands in the source for the hash of a file that the build has not made yet. @param {string} name */
const markOf = (name) => `sha256-of-${name}`

/** @type {Readonly<Record<string, string>>} */
const RUNTIMES = {
  'multi-thread': '@wllama/wllama/esm/multi-thread/wllama.wasm',
  'single-thread': '@wllama/wllama/esm/single-thread/wllama.wasm',
}

/** By name, from the build of the workers, which are built before the page is. @type {Map<string, string>} */
const workers = new Map()

/**
 * Notes the hash of each worker, for `processorHashes`.
 * @returns {import('vite').Plugin}
 */
export const noteWorkerHashes = () => ({
  name: 'thinktab:note-worker-hashes',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const output of Object.values(bundle))
        if (output.type === 'chunk' && output.isEntry) workers.set(output.name, sha256(output.code))
    },
  },
})

/**
 * Build only: puts the hashes of llama.cpp and its worker into the page, in place of the marks of
 * src/engine/wllama/runtime.ts. Before the page's chunks are named: other bytes there must be another name here.
 * @returns {import('vite').Plugin}
 */
export function processorHashes() {
  const resolve = createRequire(import.meta.url)
  return {
    name: 'thinktab:processor-hashes',
    apply: 'build',
    renderChunk(code) {
      if (!code.includes(markOf(''))) return null
      /** @type {Map<string, string>} */
      const hashes = new Map(workers)
      for (const [name, file] of Object.entries(RUNTIMES)) hashes.set(name, sha256(readFileSync(resolve.resolve(file))))
      return code.replaceAll(/sha256-of-([\w-]+)/g, (_mark, /** @type {string} */ name) => {
        const hash = hashes.get(name)
        if (hash === undefined) throw new Error(`The build has no hash of ${name}.`)
        return hash
      })
    },
    generateBundle(_options, bundle) {
      // Where two chunks import a worker's address, it gets a chunk of its own under the worker's name; the service
      // worker would take that for a file that only the processor needs, and not keep it.
      for (const { fileName, type } of Object.values(bundle))
        if (type === 'chunk' && isForProcessor(`/${fileName}`))
          throw new Error(`${fileName} is a chunk of the page with the name of a file for the processor.`)
    },
  }
}
