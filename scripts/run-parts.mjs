/** Runs parts, each a few commands, in order, and prints a line for each: the result and the time it took. */
import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { Failure, ROOT } from './install.mjs'

/** @typedef {readonly string[]} Command  the program and its arguments */
/**
 * @typedef {object} Commands
 * @property {readonly Command[]} [prepare] run once, even if several parts need them
 * @property {readonly Command[]} commands
 * @property {string} [cwd]
 * @property {RegExp} [ran] text in the output of each command that proves that it did its work
 * @property {RegExp} [idle] its output when it rightly has no work
 * @property {RegExp} [told] the output that is shown even if it passes
 */
/** @typedef {Commands | { skip: string } | { problem: string }} Plan */
/** @typedef {Record<string, () => Plan | Promise<Plan>>} Parts */
/** @typedef {{ result: 'passed' | 'failed' | 'skipped', note?: string, output: string }} Outcome */

/**
 * A part's output is shown when it fails, or always if `verbose`. Sets the exit code if a part failed.
 * @param {Parts} parts @param {boolean} verbose
 */
export async function runParts(parts, verbose) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  /** @type {Set<string>} */
  const prepared = new Set()
  const start = performance.now()
  for (const [name, plan] of Object.entries(parts)) {
    const partStart = performance.now()
    const { result, note, output } = await runPart(plan, prepared, verbose)
    process.stdout.write(output)
    console.log(`${name.padEnd(8)}  ${result}${note === undefined ? '' : ` (${note})`}  ${seconds(partStart)}`)
    counts[result] += 1
  }
  const { passed, failed, skipped } = counts
  console.log(`${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped  ${seconds(start)}`)
  if (failed > 0) process.exitCode = 1
}

/**
 * @param {Parts[string]} make @param {Set<string>} prepared  what was run already @param {boolean} verbose
 * @returns {Promise<Outcome>}
 */
export async function runPart(make, prepared, verbose) {
  const plan = await planOf(make)
  if ('problem' in plan) return { result: 'failed', output: `${plan.problem}\n` }
  if ('skip' in plan) return { result: 'skipped', note: plan.skip, output: '' }
  for (const command of plan.prepare ?? []) {
    const key = command.join('\0')
    if (prepared.has(key)) continue
    const { ok, output } = await run(command, ROOT, verbose)
    if (!ok) return { result: 'failed', output: verbose ? '' : output }
    prepared.add(key)
  }
  /** @type {Outcome} */
  const outcome = { result: 'passed', output: '' }
  // After one command fails, the next one still runs and shows its output.
  for (const command of plan.commands) {
    const { ok, output } = await run(command, plan.cwd ?? ROOT, verbose)
    const said = stripVTControlCharacters(output)
    if (plan.idle?.test(said)) return { result: 'skipped', note: 'nothing to do', output: '' }
    const ranNothing = ok && plan.ran !== undefined && !plan.ran.test(said)
    if (ranNothing) outcome.note = 'it ran nothing'
    if (!ok || ranNothing) outcome.result = 'failed'
    const shown = !ok || ranNothing ? output : (plan.told?.exec(said)?.[0] ?? '')
    if (!verbose) outcome.output += shown
  }
  return outcome
}

/** @param {Parts[string]} make @returns {Promise<Plan>} */
async function planOf(make) {
  try {
    return await make()
  } catch (error) {
    if (error instanceof Failure) return { problem: error.message }
    throw error
  }
}

/**
 * @param {Command} command @param {string} cwd @param {boolean} verbose  whether what it says is shown as it comes
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function run([program = '', ...args], cwd, verbose) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      if (verbose) process.stdout.write(text)
    })
  return new Promise((resolve) => {
    child.on('error', (error) => {
      resolve({ ok: false, output: `${output}${error.message}\n` })
    })
    child.on('close', (code) => {
      resolve({ ok: code === 0, output })
    })
  })
}

/** @param {number} since  a performance.now() */
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`
