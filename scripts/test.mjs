/**
 * `npm test [-- PART ... --verbose]`: installs missing packages, runs the parts in order and prints a line for each. A
 * part's output is shown when it fails, or always with --verbose. A part whose tool is missing is skipped, never
 * passed.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import util from 'node:util' // a Node too old for parseArgs must still load this file and be told so
import { Failure, checkNode, install } from './install.mjs'
import { inPython, python } from './python.mjs'
import { runParts } from './run-parts.mjs'
import {
  FLAKY_TESTS,
  MODULES_SEEN,
  TESTS_RAN,
  build,
  compileMessages,
  eslint,
  knip,
  playwright,
  prettier,
  rules,
  sizeLimit,
  types,
  vitest,
} from './tools.mjs'

/** @typedef {import('./run-parts.mjs').Plan} Plan */

/** @param {import('./run-parts.mjs').Commands} plan @returns {Promise<Plan>} */
async function inBrowser(plan) {
  const { HOW_TO_GET_A_BROWSER, findBrowser } = await import('./browser.mjs')
  return (await findBrowser()) ? plan : { skip: HOW_TO_GET_A_BROWSER }
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

/**
 * In the order in which they run: quick parts that find the most come first.
 * @type {Record<string, () => Plan | Promise<Plan>>}
 */
const PARTS = {
  format: () => ({ commands: [prettier(['.'])] }),
  lint: () => ({ prepare: [compileMessages()], commands: [eslint(['.'])] }),
  types: () => ({ prepare: [compileMessages()], commands: types() }),
  rules: () => ({ prepare: [compileMessages()], commands: [rules()], ran: MODULES_SEEN }),
  knip: () => ({ prepare: [compileMessages()], commands: [knip()] }),
  unit: () => ({ commands: [vitest('unit')], ran: TESTS_RAN }),
  browser: () => inBrowser({ commands: [vitest('browser')], ran: TESTS_RAN }),
  build: () => ({ prepare: [build()], commands: [] }),
  size: () => ({ prepare: [build()], commands: [sizeLimit()] }),
  e2e: () =>
    inBrowser({
      prepare: [build()],
      commands: [playwright('webgpu'), playwright('processor')],
      ran: TESTS_RAN,
      told: FLAKY_TESTS,
    }),
  python,
  compiler: () => compiler(),
}

/** Run only by name: they take long, or fetch much. @type {typeof PARTS} */
const OPTIONAL_PARTS = {
  'compiler-wide': () => compiler('--wide'),
  'real-model': () => compiler('-s', 'real_model'),
}

/** @returns {{ parts: string[], verbose: boolean }} */
function readArguments() {
  const parts = [...Object.keys(PARTS), ...Object.keys(OPTIONAL_PARTS)]
  const known = `Known: ${parts.join(', ')}, --verbose.`
  try {
    const options = /** @type {const} */ ({ verbose: { type: 'boolean', default: false } })
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true })
    const unknown = positionals.find((part) => !parts.includes(part))
    if (unknown !== undefined) throw new Error(`There is no part called ${unknown}.`)
    const wanted = positionals.length === 0 ? Object.keys(PARTS) : parts.filter((part) => positionals.includes(part))
    return { parts: wanted, verbose: values.verbose }
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : String(error)} ${known}`)
  }
}

async function main() {
  checkNode(process.versions.node)
  const { parts, verbose } = readArguments()
  await install()
  const all = { ...PARTS, ...OPTIONAL_PARTS }
  await runParts(Object.fromEntries(Object.entries(all).filter(([part]) => parts.includes(part))), verbose)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
