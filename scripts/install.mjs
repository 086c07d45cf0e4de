/**
 * Installs the packages of package-lock.json into node_modules. It uses Node built-ins only, because it runs before any
 * package is installed; its first check must also load on an old Node.
 */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const NETWORK_ERROR =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/

/** A failure that is one sentence to the person at the terminal, without a stack. */
export class Failure extends Error {}

/** @typedef {Record<string, { version?: string, optional?: boolean }>} LockedPackages  by folder */

/**
 * @param {string} version  as in process.versions.node
 * @throws {Failure} below 20.19, the first Node that Vite 8 runs on
 */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    throw new Failure(`Thinktab needs Node 20.19 or newer, and this is Node ${version}.`)
}

/**
 * Installs the packages of the lock if they are not there already.
 * @throws {Failure} if npm cannot reach its registry or fails otherwise
 */
export async function install() {
  if (await isInstalled()) return
  console.log('Installing the packages that package-lock.json names ...')
  const { code, errors } = await npmCi()
  if (code === 0) return
  const lines = errors.split('\n')
  const ownWords = lines.filter((line) => line.startsWith('npm error'))
  // Its own words are missing if it was ended early; before that, a failed request may well have been repeated.
  const unreachable = NETWORK_ERROR.exec((ownWords.length > 0 ? ownWords : lines).join('\n'))
  if (unreachable)
    throw new Failure(
      `The packages could not be installed because the npm registry cannot be reached (${unreachable[0]}): connect to the network and run this again.`,
    )
  const [reason = 'it gave no reason'] = ownWords
    .map((line) => line.replace(/^npm error\s*/, ''))
    .filter((line) => line !== '' && !line.startsWith('code '))
  throw new Failure(`The packages could not be installed (npm ci, exit code ${String(code)}): ${reason}`)
}

/** Whether node_modules holds exactly the packages of the lock, by npm's own record of its last installation. */
async function isInstalled() {
  const wanted = await packagesOf(`${ROOT}package-lock.json`)
  const present = await packagesOf(`${ROOT}node_modules/.package-lock.json`)
  if (!wanted) throw new Failure('package-lock.json is missing or damaged, so it is not known what to install.')
  return present !== undefined && sameInstall(wanted, present)
}

/**
 * @param {LockedPackages} wanted  of package-lock.json
 * @param {LockedPackages} present  of node_modules/.package-lock.json
 */
export function sameInstall(wanted, present) {
  // Optional packages are absent where they do not fit the machine.
  const complete = Object.entries(wanted).every(([folder, { version, optional }]) =>
    folder === '' ? true : folder in present ? present[folder]?.version === version : optional === true,
  )
  return complete && Object.keys(present).every((folder) => folder in wanted)
}

/** @param {string} file @returns {Promise<LockedPackages | undefined>} */
async function packagesOf(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * Runs npm ci. The run is ended early when several requests have failed and none has succeeded. Otherwise npm would
 * continue for minutes, silently, where each name lookup has to time out.
 * @returns {Promise<{ code: number, errors: string }>}
 */
function npmCi() {
  // No package needs a script of its own to be run.
  const args = [
    'ci',
    '--ignore-scripts',
    '--prefer-offline',
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=2000',
    '--loglevel=http',
  ]
  const npm = process.env.npm_execpath
  const child = npm?.endsWith('.js')
    ? spawn(process.execPath, [npm, ...args], { cwd: ROOT, stdio: ['ignore', 'inherit', 'pipe'] })
    : spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'pipe'], shell: process.platform === 'win32' })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    errors += text
    const reached = /^npm http (?:cache|fetch \w+ \d{3})/m.test(errors)
    const failed = errors.match(/^npm http fetch .* failed with /gm)?.length ?? 0
    if (!reached && failed >= 3) child.kill()
  })
  return new Promise((resolve, reject) => {
    child.on('error', () => {
      reject(new Failure('npm was not found: install Node with npm, 20.19 or newer.'))
    })
    child.on('close', (code) => {
      resolve({ code: code ?? 1, errors })
    })
  })
}
