/**
 * `npm test [-- PART ... --verbose]`: installs missing packages, runs the parts in two lanes beside each other, and prints
 * a line for each when it ends. A part's output is shown when it fails, or always with --verbose, which runs one part
 * after the other. A part whose tool is missing is skipped, never passed.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import util from 'node:util' // a Node too old for parseArgs must still load this file and be told so
import { Failure, checkNode, install } from './install.mjs'
import { inPython, python } from './python.mjs'
import { runParts } from './run-parts.mjs'
import {
  BOTH_PROJECTS_RAN,
  FLAKY_TESTS,
  MODULES_SEEN,
  TESTS_RAN,
  build,
  compileMessages,
  eslint,
  knip,
  oxlint,
  playwright,
  prettier,
  rules,
  sizeLimit,
  types,
  vitest,
} from './tools.mjs'

/** @typedef {import('./run-parts.mjs').Plan} Plan */
/** @typedef {import('./run-parts.mjs').Parts} Parts */

/** @param {import('./run-parts.mjs').Commands} plan @returns {Promise<Plan>} */
async function inBrowser(plan) {
  const { HOW_TO_GET_A_BROWSER, findBrowser } = await import('./browser.mjs')
  return (await findBrowser()) ? plan : { skip: HOW_TO_GET_A_BROWSER }
}

/** @returns {Promise<Plan>} */
async function inOtherBrowsers() {
  const { findFirefox, findWebKit } = await import('../test/other-browsers/find.mjs')
  if (!findFirefox(process.env) && !findWebKit(process.env))
    return { skip: 'neither Firefox nor WebKit was found (on Debian: firefox-esr; webkit2gtk-driver with xvfb)' }
  return { prepare: [build()], commands: [['node', 'test/other-browsers/run.mjs']], ran: TESTS_RAN }
}

/** @returns {Promise<Plan>} */
async function inWebServers() {
  const { findServer } = await import('../test/hosting/find.mjs')
  if (!findServer('nginx') && !findServer('caddy')) return { skip: 'neither nginx nor Caddy was found' }
  return await inBrowser({
    prepare: [build()],
    commands: [['node', 'test/hosting/run.mjs']],
    ran: TESTS_RAN,
  })
}

/**
 * The tests of compiler/: need Emscripten too.
 * @param {readonly string[]} args  for pytest @returns {Plan}
 */
function compiler(...args) {
  const emcc = process.platform === 'win32' ? 'emcc.bat' : 'emcc'
  if (!(process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, emcc))))
    return { skip: 'emcc (Emscripten) is not on the PATH' }
  return inPython({ modules: [['pytest', '-q', ...args]], ran: TESTS_RAN })
}

/** The built site, whose tests are half of all work. @type {Parts} */
const SITE = {
  build: () => ({
    prepare: [build()],
    commands: [
      ['node', 'scripts/notice.mjs', '--check'],
      ['node', 'scripts/same-bytes.mjs'],
    ],
  }),
  size: () => ({ prepare: [build()], commands: [sizeLimit()] }),
  e2e: () =>
    inBrowser({
      prepare: [build()],
      commands: [playwright()],
      ran: BOTH_PROJECTS_RAN,
      told: FLAKY_TESTS,
    }),
  'other-browsers': () => inOtherBrowsers(),
}

/**
 * The sources, beside the site: a few quick parts first, then the longest, so that the last ones, which the other lane takes
 * when it has ended, are short. @type {Parts}
 */
const SOURCES = {
  format: () => ({ commands: [prettier(['.'])] }),
  rules: () => ({ prepare: [compileMessages()], commands: [rules()], ran: MODULES_SEEN }),
  knip: () => ({ prepare: [compileMessages()], commands: [knip()] }),
  browser: () => inBrowser({ commands: [vitest('browser')], ran: TESTS_RAN }),
  compiler: () => compiler(),
  unit: () => ({ commands: [vitest('unit')], ran: TESTS_RAN }),
  lint: () => ({
    prepare: [compileMessages()],
    commands: [oxlint(['.']), eslint(['src/**/*.svelte', 'src/**/*.svelte.ts'])],
  }),
  types: () => ({ prepare: [compileMessages()], commands: types() }),
  python,
}

/** Run only by name: they take long, fetch much, or need web servers. @type {Parts} */
const OPTIONAL_PARTS = {
  'compiler-wide': () => compiler('--wide'),
  hosting: () => inWebServers(),
  'real-model': () => compiler('-s', 'real_model'),
}

/** @returns {{ parts: string[], verbose: boolean }} */
function readArguments() {
  const usual = [...Object.keys(SITE), ...Object.keys(SOURCES)]
  const parts = [...usual, ...Object.keys(OPTIONAL_PARTS)]
  const known = `Known: ${parts.join(', ')}, --verbose.`
  try {
    const options = /** @type {const} */ ({ verbose: { type: 'boolean', default: false } })
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true })
    const unknown = positionals.find((part) => !parts.includes(part))
    if (unknown !== undefined) throw new Error(`There is no part called ${unknown}.`)
    return { parts: positionals.length === 0 ? usual : positionals, verbose: values.verbose }
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : String(error)} ${known}`)
  }
}

async function main() {
  checkNode(process.versions.node)
  const { parts, verbose } = readArguments()
  await install()
  /** @param {Parts} all @returns {Parts} */
  const wanted = (all) => Object.fromEntries(Object.entries(all).filter(([part]) => parts.includes(part)))
  await runParts([wanted(SITE), wanted({ ...SOURCES, ...OPTIONAL_PARTS })], verbose)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
