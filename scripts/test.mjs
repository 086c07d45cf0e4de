/**
 * `npm test [-- PART ... --verbose]`: installs what is missing, runs the parts in order and prints a line for each. What a
 * part says is shown when it fails, or always with --verbose. A part whose tool is missing is skipped, never passed.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import util from 'node:util' // a Node too old for parseArgs must still load this file and be told so
import { Failure, ROOT, checkNode, install } from './install.mjs'

/** @typedef {readonly string[]} Command  the program and its arguments */
/** @typedef {{ commands: readonly Command[], cwd?: string } | { skip: string } | { problem: string }} Plan */

/**
 * The command that runs a program of an installed package, without a shell, so that it is the same on every system.
 * @param {string} name  of the package @param {string} program  @param {...string} args
 * @returns {Command}
 */
function tool(name, program, ...args) {
  const folder = join(ROOT, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return [process.execPath, join(folder, typeof bin === 'string' ? bin : bin[program]), ...args]
}

const compileMessages = () => [process.execPath, 'scripts/compile-messages.mjs']
const build = () => tool('vite', 'vite', 'build', '--logLevel', 'warn')

/** @param {readonly Command[]} commands @returns {Promise<Plan>} */
async function inBrowser(commands) {
  const { HOW_TO_GET_A_BROWSER, findBrowser } = await import('./browser.mjs')
  return (await findBrowser()) ? { commands } : { skip: HOW_TO_GET_A_BROWSER }
}

const WINDOWS = process.platform === 'win32'

/**
 * Modules of Python in compiler/: needs an interpreter in which compiler[test] is installed.
 * @param {readonly Command[]} modules  each with its arguments @returns {Plan}
 */
function inPython(...modules) {
  const cwd = join(ROOT, 'compiler')
  if (!existsSync(join(cwd, 'pyproject.toml'))) return { skip: 'there is no compiler/pyproject.toml' }
  const own = join(cwd, '.venv', WINDOWS ? 'Scripts' : 'bin', WINDOWS ? 'python.exe' : 'python')
  const python = process.env.THINKTAB_PYTHON ?? own
  if (!existsSync(python))
    return { skip: 'no Python for it: make compiler/.venv (see .ci/run) or set THINKTAB_PYTHON to an interpreter' }
  return { commands: modules.map((module) => [python, '-m', ...module]), cwd }
}

/**
 * The tests of compiler/: need Emscripten too.
 * @param {readonly string[]} args  for pytest @returns {Plan}
 */
function compiler(...args) {
  const emcc = WINDOWS ? 'emcc.bat' : 'emcc'
  if (!(process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, emcc))))
    return { skip: 'emcc (Emscripten) is not on the PATH' }
  return inPython(['pytest', '-q', ...args])
}

/** In the order in which they run: the cheap and telling ones first.
 * @type {Record<string, () => Plan | Promise<Plan>>} */
const PARTS = {
  format: () => ({ commands: [tool('prettier', 'prettier', '--check', '.')] }),
  lint: () => ({ commands: [compileMessages(), tool('eslint', 'eslint', '--max-warnings', '0', '.')] }),
  types: () => ({
    commands: [
      compileMessages(),
      tool('svelte-check', 'svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'),
      tool('typescript', 'tsc', '--project', 'tsconfig.node.json'),
    ],
  }),
  rules: () => ({
    commands: [
      compileMessages(),
      tool(
        'dependency-cruiser',
        'depcruise',
        '--config',
        '.dependency-cruiser.mjs',
        'src',
        'config',
        'scripts',
        'test',
      ),
    ],
  }),
  knip: () => ({ commands: [compileMessages(), tool('knip', 'knip')] }),
  unit: () => ({ commands: [tool('vitest', 'vitest', 'run', '--project', 'unit')] }),
  browser: () => inBrowser([tool('vitest', 'vitest', 'run', '--project', 'browser')]),
  build: () => ({ commands: [build()] }),
  size: () => ({ commands: [build(), tool('size-limit', 'size-limit')] }),
  e2e: () => inBrowser([build(), tool('@playwright/test', 'playwright', 'test')]),
  python: () => inPython(['ruff', 'format', '--check', '.'], ['ruff', 'check', '.'], ['mypy']),
  compiler: () => compiler(),
}

/** Only when asked for by name: they take long, or fetch much. @type {typeof PARTS} */
const OPTIONAL_PARTS = {
  'compiler-wide': () => compiler('--wide'),
  'real-model': () => compiler('-s', 'real_model'),
}

/**
 * @param {Command} command @param {string} cwd @param {boolean} verbose
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function run([program = '', ...args], cwd, verbose) {
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', verbose ? 'inherit' : 'pipe', verbose ? 'inherit' : 'pipe'],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
  return new Promise((resolve) => {
    child.on('error', (error) => {
      resolve({ ok: false, output: `${output}${error.message}\n` })
    })
    child.on('close', (code) => {
      resolve({ ok: code === 0, output })
    })
  })
}

/** @param {string} part @param {boolean} verbose @returns {Promise<{ result: string, output: string }>} */
async function runPart(part, verbose) {
  const plan = await planOf(part)
  if ('problem' in plan) return { result: 'failed', output: `${plan.problem}\n` }
  if ('skip' in plan) return { result: `skipped (${plan.skip})`, output: '' }
  for (const command of plan.commands) {
    const { ok, output } = await run(command, plan.cwd ?? ROOT, verbose)
    if (!ok) return { result: 'failed', output }
  }
  return { result: 'passed', output: '' }
}

/** @param {string} part @returns {Promise<Plan>} */
async function planOf(part) {
  const make = PARTS[part] ?? OPTIONAL_PARTS[part]
  if (!make) throw new Failure(`There is no part called ${part}.`)
  try {
    return await make()
  } catch (error) {
    if (error instanceof Failure) return { problem: error.message }
    throw error
  }
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
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const start = performance.now()
  for (const part of parts) {
    const partStart = performance.now()
    const { result, output } = await runPart(part, verbose)
    process.stdout.write(output)
    console.log(`${part.padEnd(8)}  ${result}  ${seconds(partStart)}`)
    counts[/** @type {keyof typeof counts} */ (result.split(' ')[0])] += 1
  }
  const { passed, failed, skipped } = counts
  console.log(`${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped  ${seconds(start)}`)
  if (failed > 0) process.exitCode = 1
}

/** @param {number} since  a performance.now() */
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

try {
  await main()
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
