/**
 * `npm run mirror -- --models ID,OWNER/NAME,… -o FOLDER [--hub URL] [--gguf]`: copies models from a hub into a folder that
 * any web server can serve as a hub of one's own, in Hugging Face's layout. An ID is one of public/models/catalogue.json.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import util from 'node:util'
import { fileURLToPath } from 'node:url'

const CATALOGUE = fileURLToPath(new URL('../public/models/catalogue.json', import.meta.url))
const HUB = 'https://huggingface.co/'
/** What a repository has beside its model. */
const OTHER = /^(?:\.gitattributes|README\.md|.*\.(?:md|png|jpg|txt))$/i
/** A path below its folder, and nothing else: a listing must not write elsewhere. */
const PLAIN = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.][\w. -]*(?:\/[\w.][\w. -]*)*$/

/** @typedef {{ type: string, path: string, size: number, oid: string, lfs?: { oid: string, size: number } }} Entry */
/** @typedef {{ repository: string, revision: string, file?: string }} Wanted  `file`: that one alone */
/** @typedef {{ alternatives: [{ repository: string, file: string }] }} Gguf */
/** @typedef {{ id: string, weights: Wanted[], gguf?: Gguf[] }} Model  of the catalogue */

/**
 * The repositories of models. @param {readonly string[]} names ids of the catalogue, or `owner/name`
 * @param {boolean} gguf whether the files for the processor are wanted, too
 * @returns {Promise<Wanted[]>} @throws {Error} for an id that is not in the catalogue
 */
async function repositoriesOf(names, gguf) {
  /** @type {{ models: Model[] }} */
  const { models } = JSON.parse(await readFile(CATALOGUE, 'utf8'))
  return names.flatMap((name) => {
    if (/^[\w.-]+\/[\w.-]+$/.test(name)) return [{ repository: name, revision: 'main' }]
    const model = models.find(({ id }) => id === name)
    if (!model) throw new Error(`There is no model ${name}. Known: ${models.map(({ id }) => id).join(', ')}`)
    const weights = model.weights.map(({ repository, revision }) => ({ repository, revision }))
    const first = gguf ? model.gguf?.[0]?.alternatives[0] : undefined
    return first ? [...weights, { ...first, revision: 'main' }] : weights
  })
}

/** @param {string} address @returns {Promise<Response>} @throws {Error} where the hub does not give it */
async function get(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} was answered with ${String(response.status)}.`)
  return response
}

/** The hash that a listing has of a file: SHA-256 of large ones, Git's name of the others. @param {string} path @param {Entry} entry */
async function isWhole(path, { size, oid, lfs }) {
  const found = await stat(path).catch(() => undefined)
  if (found?.size !== (lfs?.size ?? size)) return false
  const hash = createHash(lfs ? 'sha256' : 'sha1')
  if (!lfs) hash.update(`blob ${String(size)}\0`)
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex') === (lfs?.oid ?? oid)
}

/**
 * Copies a repository. Files that are there and whole are not fetched again; none is used before its hash is right.
 * @param {string} hub its address, with a slash at the end @param {Wanted} wanted @param {string} folder
 * @param {(line: string) => void} tell
 * @throws {Error} where the hub does not answer, or sends other bytes than its listing names
 */
export async function mirror(hub, { repository, revision, file }, folder, tell) {
  const api = `api/models/${repository}`
  /** @type {{ sha: string }} */
  const { sha } = await (await get(`${hub}${api}/revision/${revision}`)).json()
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new Error(`${repository} has no commit at ${revision}.`)
  /** @type {Entry[]} */
  const tree = await (await get(`${hub}${api}/tree/${sha}?recursive=true`)).json()
  const entries = tree.filter(
    ({ type, path }) => type === 'file' && (file === undefined ? !OTHER.test(path) : path === file),
  )
  if (entries.length === 0) throw new Error(`${repository} has no ${file ?? 'files'}.`)
  for (const entry of entries) {
    if (!PLAIN.test(entry.path)) throw new Error(`${repository} lists ${entry.path}, which is no path of a file.`)
    const place = join(folder, repository, 'resolve', sha, entry.path)
    if (await isWhole(place, entry)) continue
    tell(`${repository} ${entry.path} (${String(entry.lfs?.size ?? entry.size)} bytes)`)
    await mkdir(dirname(place), { recursive: true })
    const address = entry.path.split('/').map(encodeURIComponent).join('/')
    const { body } = await get(`${hub}${repository}/resolve/${sha}/${address}`)
    if (!body) throw new Error(`${entry.path} came without its bytes.`)
    const part = `${place}.part`
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (body)),
      createWriteStream(part),
    )
    if (!(await isWhole(part, entry))) {
      await rm(part)
      throw new Error(`${repository} sent other bytes of ${entry.path} than its listing names.`)
    }
    await rename(part, place)
  }
  // At the end: a folder without them is no mirror yet.
  for (const [path, answer] of /** @type {const} */ ([
    [`tree/${sha}`, entries],
    [`revision/${revision}`, { sha }],
  ])) {
    const place = join(folder, api, path)
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, JSON.stringify(answer))
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = util.parseArgs({
    options: {
      models: { type: 'string' },
      output: { type: 'string', short: 'o' },
      hub: { type: 'string', default: HUB },
      gguf: { type: 'boolean', default: false },
    },
  })
  const { models, output, hub, gguf } = values
  try {
    if (models === undefined || output === undefined) throw new Error('Needed: --models ID,OWNER/NAME,… -o FOLDER')
    for (const wanted of await repositoriesOf(models.split(','), gguf))
      await mirror(hub.endsWith('/') ? hub : `${hub}/`, wanted, output, (line) => console.log(line))
    console.log(`Serve ${output} as a part of the site, and enter its address as a hub of your own.`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
