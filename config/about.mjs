import { readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { headersFor } from './headers.mjs'
import { licenceTexts } from './licences.mjs'
import { billOfMaterials } from './sbom.mjs'

const FILE = 'about.json'
const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Its code enters the site in another way: it is written into src/i18n. */
const ALSO = ['@inlang/paraglide-js']

/** @typedef {{ name: string, version: string, licence: string }} Package */

/** @param {string} folder @returns {{ name: string, version: string, license?: string, dependencies?: Record<string, string> }} */
const manifestIn = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** @param {string} folder @returns {Package & { folder: string }} */
function packageIn(folder) {
  const { name, version, license = '' } = manifestIn(folder)
  return { name, version, licence: license, folder }
}

/** The folder of the package that a module belongs to, if the package is not ours. @param {string} module its path */
function packageFolder(module) {
  const path = module.replace(/^\0/, '').replace(/\?.*$/, '')
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path) ?? []
  return folder
}

/** @param {string} name  of a package */
const folderOf = (name) => join(ROOT, 'node_modules', ...name.split('/'))

/** By name. @param {readonly string[]} folders */
function packagesIn(folders) {
  const packages = [...new Set([...folders, ...ALSO.map(folderOf)])].map(packageIn)
  return packages.sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'))
}

/** @param {ReturnType<typeof packagesIn>} packages */
function about(packages) {
  const listed = packages.map(({ name, version, licence }) => ({ name, version, licence }))
  return JSON.stringify({ version: 1, site: manifestIn(ROOT).version, packages: listed })
}

/** Folders of the packages in a worker: workers are built before the page is complete. @type {Set<string>} */
const inWorkers = new Set()

/** @param {{ readonly [file: string]: { type: string, modules?: object } }} bundle */
const foldersOf = (bundle) =>
  Object.values(bundle)
    .flatMap(({ modules }) => Object.keys(modules ?? {}))
    .map(packageFolder)
    .filter((folder) => folder !== undefined)

/**
 * Notes the packages in the workers, for `aboutSite`.
 * @returns {import('vite').Plugin}
 */
export const noteWorkerPackages = () => ({
  name: 'thinktab:note-worker-packages',
  generateBundle(_options, bundle) {
    for (const folder of foldersOf(bundle)) inWorkers.add(folder)
  },
})

/**
 * Makes about.json: the site's version, and name, version and licence of every package that the built site has code of;
 * licences.txt with the texts of these licences; and the bill of materials. The development server, which builds nothing,
 * lists the direct dependencies.
 * @returns {import('vite').Plugin}
 */
export function aboutSite() {
  return {
    name: 'thinktab:about',
    configureServer({ middlewares }) {
      middlewares.use(`/${FILE}`, (_request, response) => {
        for (const [name, value] of Object.entries(headersFor(`/${FILE}`))) response.setHeader(name, value)
        const folders = Object.keys(manifestIn(ROOT).dependencies ?? {}).map(folderOf)
        response.setHeader('Content-Type', 'application/json').end(about(packagesIn(folders)))
      })
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const folders = [...foldersOf(bundle), ...inWorkers].map((folder) => folder.split(/[\\/]/).join(sep))
        const packages = packagesIn(folders)
        this.emitFile({ type: 'asset', fileName: FILE, source: about(packages) })
        this.emitFile({ type: 'asset', fileName: 'licences.txt', source: licenceTexts(packages) })
        const materials = billOfMaterials(manifestIn(ROOT).version, packages)
        this.emitFile({ type: 'asset', fileName: 'sbom.cdx.json', source: materials })
      },
    },
  }
}
