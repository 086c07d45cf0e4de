/** Runs parts, each a few commands, and prints a line for each when it ends: the result and the time it took. */
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

/** @typedef {{ plan: Commands } | { outcome: Outcome }} Prepared  what is left to do, or how the part ended already */

/**
 * First prepares all parts. Then lanes run beside each other, and the parts of a lane one after the other. A lane that has
 * come to its end takes the last parts of the lanes behind it, so that no processor rests. A part's output is shown when
 * it fails, or always if `verbose`. Sets the exit code if a part failed.
 * @param {readonly Parts[]} lanes @param {boolean} verbose
 */
export async function runParts(lanes, verbose) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  /** @type {Set<string>} */
  const done = new Set()
  const start = performance.now()
  /** @type {{ name: string, prepared: Prepared, preparingMs: number }[][]} */
  const ready = []
  // Preparing writes files that parts of every lane read, so nothing runs beside it.
  for (const lane of lanes) {
    const parts = []
    for (const [name, make] of Object.entries(lane)) {
      const partStart = performance.now()
      const prepared = await preparePart(make, done, verbose)
      parts.push({ name, prepared, preparingMs: performance.now() - partStart })
    }
    ready.push(parts)
  }
  /** @param {(typeof ready)[number]} parts @param {number} at  the place of the lane */
  const runLane = async (parts, at) => {
    const next = () =>
      parts.shift() ??
      ready
        .slice(at + 1)
        .find(({ length }) => length > 0)
        ?.pop()
    for (let part = next(); part; part = next()) {
      const { name, prepared, preparingMs } = part
      const partStart = performance.now() - preparingMs
      const { result, note, output } = await finishPart(prepared, verbose)
      process.stdout.write(output)
      console.log(`${name.padEnd(8)}  ${result}${note === undefined ? '' : ` (${note})`}  ${seconds(partStart)}`)
      counts[result] += 1
    }
  }
  // What is shown as it comes would be mixed up.
  if (verbose) await runLane(ready.flat(), ready.length)
  else await Promise.all(ready.map(runLane))
  const { passed, failed, skipped } = counts
  console.log(`${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped  ${seconds(start)}`)
  if (failed > 0) process.exitCode = 1
}

/**
 * @param {Parts[string]} make @param {Set<string>} done  what was run already @param {boolean} verbose
 * @returns {Promise<Prepared>}
 */
export async function preparePart(make, done, verbose) {
  const plan = await planOf(make)
  if ('problem' in plan) return { outcome: { result: 'failed', output: `${plan.problem}\n` } }
  if ('skip' in plan) return { outcome: { result: 'skipped', note: plan.skip, output: '' } }
  for (const command of plan.prepare ?? []) {
    const key = command.join('\0')
    if (done.has(key)) continue
    const { ok, output } = await run(command, ROOT, verbose)
    if (!ok) return { outcome: { result: 'failed', output: verbose ? '' : output } }
    done.add(key)
  }
  return { plan }
}

/** @param {Prepared} prepared @param {boolean} verbose @returns {Promise<Outcome>} */
export async function finishPart(prepared, verbose) {
  if ('outcome' in prepared) return prepared.outcome
  const { plan } = prepared
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
