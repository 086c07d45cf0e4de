/**
 * `node test/gpu/kit.mjs [OPTION VALUE ...]`: measures the kernels of the profile gpu on this machine, without a network.
 * README.md beside this file has the options. Writes a JSON file and a Markdown table.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { inPython } from '../../scripts/python.mjs'
import { chromiumPlace, dawnPlace, runSteps } from './places.mjs'
import { reportOf } from './report.mjs'
import { bytesOf, describedIn, parametersIn, writeSynthetic } from './synthetic.mjs'

/** @typedef {import('./places.mjs').Place} Place */
/** @typedef {import('./report.mjs').Run} Run */

const root = fileURLToPath(new URL('../../', import.meta.url))
const nano = join(root, 'public/models/nano')
const MODELS = ['DeepSeek-R1-Distill-Qwen-1.5B', 'DeepSeek-R1-Distill-Qwen-7B', 'DeepSeek-R1-Distill-Llama-8B']
/** Positions beside the contexts: two tokens before each measurement, and a page to spare. */
const SPARE = 24

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '1.5B,7B,8B' },
    kernels: { type: 'string' },
    layers: { type: 'string' },
    contexts: { type: 'string', default: '200,4096,8192' },
    steps: { type: 'string', default: '32' },
    prompts: { type: 'string', default: '20' },
    'read-mib': { type: 'string', default: '256' },
    'no-forced': { type: 'boolean', default: false },
    dawn: { type: 'string' },
    out: { type: 'string', default: 'gpu-results' },
  },
})
const contexts = values.contexts.split(',').map(Number)
const steps = Number(values.steps)
const window = Math.max(...contexts) + steps + SPARE

/** The kernels to measure: those of an option, or of the site for this adapter. @param {Place} place @param {string} temporary */
async function chosenKernels({ adapter: { f16, software } }, temporary) {
  if (values.kernels !== undefined) return [resolve(values.kernels)]
  if (software && values.layers === undefined)
    throw new Error('A software adapter is too slow for whole models: name smaller kernels with --kernels.')
  const sizes = values.models.split(',')
  const models = MODELS.filter((model) => sizes.some((size) => model.endsWith(`-${size}`)))
  if (models.length === 0) throw new Error(`--models names none of ${MODELS.join(', ')}.`)
  if (values.layers !== undefined) return await Promise.all(models.map((model) => fewLayers(model, f16, temporary)))
  return models.map((model) =>
    join(root, 'public/models/libraries', `${model}-q4f16_1${f16 ? '' : '-without-f16'}.wasm`),
  )
}

/** Kernels of a model with the layers of an option. @param {string} model @param {boolean} f16 @param {string} temporary */
async function fewLayers(model, f16, temporary) {
  const config = JSON.parse(await readFile(join(root, 'compiler/configs', `${model}.json`), 'utf8'))
  const name = join(temporary, `${model}, ${String(values.layers)} layers`)
  const [json, wasm] = [`${name}.json`, `${name}.wasm`]
  await writeFile(json, JSON.stringify({ ...config, num_hidden_layers: Number(values.layers) }))
  const sizes = ['--context', String(window), '--prefill-chunk', String(Math.min(512, window))]
  const options = ['--quantization', 'q4f16_1', '--profile', 'gpu', ...sizes, ...(f16 ? [] : ['--features', 'none'])]
  const ran = await python(['thinktab_compiler', 'kernels', json, ...options, '--link', 'O1', '-o', wasm])
  if (ran === undefined) throw new Error('--layers needs a Python with the compiler.')
  return wasm
}

/** Runs a module of Python in compiler/. @param {string[]} module with its arguments @returns the output; undefined without such a Python */
async function python(module) {
  const plan = inPython({ modules: [module] })
  if (!('commands' in plan)) return undefined
  const [program = '', ...given] = plan.commands[0] ?? []
  const { stdout } = await promisify(execFile)(program, given, { cwd: plan.cwd })
  return stdout
}

/**
 * Forced decoding of a random model of each architecture, in f32 and f16: every logit against numpy. Only in Chromium.
 * @param {Place} place @returns {Promise<import('./report.mjs').Forced | undefined>} undefined without a Python with the compiler
 */
async function forcedDecoding({ adapter: { f16 }, job: { chrome, flags } }) {
  if (typeof chrome !== 'string' || !Array.isArray(flags)) return undefined
  const where = ['--chrome', chrome, `--chrome-flags=${flags.join(' ')}`]
  const tests = ['tests/test_agreement.py', '--wide', '-k', 'gpu', ...(f16 ? ['--shader-f16'] : [])]
  const output = await python(['pytest', '-q', ...tests, ...where]).catch((/** @type {unknown} */ error) => {
    // Tests that fail end it with an error, which has their output.
    if (error instanceof Error && 'stdout' in error) return String(error.stdout)
    throw error
  })
  if (output === undefined) return undefined
  const count = (/** @type {RegExp} */ pattern) => Number(pattern.exec(output)?.[1] ?? 0)
  const forced = { passed: count(/(\d+) passed/), failed: count(/(\d+) failed/), output: output.slice(-4000) }
  if (forced.passed + forced.failed === 0) throw new Error(`The forced decoding did not run: ${forced.output}`)
  return forced
}

/** Nano's golden prompts on its kernels for GPUs. @param {Place} place */
async function selfTest(place) {
  /** @type {{ prompts: { prompt: number[], reply: number[] }[] }} */
  const { prompts } = JSON.parse(await readFile(join(nano, 'golden.json'), 'utf8'))
  const { eos_token_id: end } = JSON.parse(await readFile(join(nano, 'mlc-chat-config.json'), 'utf8'))
  const chosen = prompts.slice(0, Number(values.prompts))
  const asked = chosen.map(({ prompt, reply }) => ({ do: 'greedy', args: [prompt, end, reply.length] }))
  const [, ...replies] = await runSteps(place, join(nano, 'nano-gpu.wasm'), nano, asked)
  const equal = chosen.filter(({ reply }, i) => JSON.stringify(replies[i]) === JSON.stringify(reply))
  return { equal: equal.length, prompts: chosen.length }
}

/** Tokens without a meaning. @param {number} count */
const tokens = (count) => Array.from({ length: count }, (_, i) => (i * 7919) % 1000)

/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

/** Whether a place computes rightly. @param {Place} place @returns {Promise<Pick<Run, 'selfTest' | 'forced'>>} */
async function checked(place) {
  console.log(`${place.name}: ${JSON.stringify(place.adapter)}`)
  const found = await selfTest(place)
  console.log(`self-test: ${found.equal} of ${found.prompts} replies equal`)
  const forced = values['no-forced'] ? undefined : await forcedDecoding(place)
  if (forced) console.log(`forced decoding: ${forced.passed} models agree with numpy, ${forced.failed} do not`)
  return { selfTest: found, ...(forced && { forced }) }
}

/** @param {Place} place @param {string} kernels @param {string} folder a new one for weights @returns {Promise<Omit<Run, 'selfTest' | 'forced'>>} */
async function measured(place, kernels, folder) {
  const wasm = await readFile(kernels)
  const { config, kvCache } = describedIn(wasm)
  console.log(`${basename(kernels, '.wasm')}: writing weights ...`)
  await writeSynthetic(folder, wasm, nano, window)
  const job = contexts.flatMap((context) => [
    { do: 'reset', args: [] },
    { do: 'timePrefill', args: [tokens(context - 2)] },
    { do: 'time', args: [tokens(2), steps] },
    { do: 'timeKernels', args: [tokens(2)] },
  ])
  const bandwidth = { do: 'readBandwidth', args: [Number(values['read-mib']) << 20] }
  console.log(`measuring at ${contexts.join(', ')} positions ...`)
  const [loadMs, ...results] = await runSteps(place, kernels, folder, [...job, bandwidth])
  const decodes = contexts.map((context, i) => {
    const [prefill, times, timings] = results.slice(4 * i + 1)
    return {
      context,
      prefillTokensPerSecond: ((context - 2) / Number(prefill)) * 1e3,
      milliseconds: median(/** @type {number[]} */ (times)),
      kernels: /** @type {import('./report.mjs').Timing[]} */ (timings),
    }
  })
  const read = parametersIn(wasm).filter(
    ({ name }) => config.tie_word_embeddings === true || !name.startsWith('model.embed_tokens'),
  )
  return {
    place: place.name,
    adapter: { ...place.adapter },
    kernels: basename(kernels, '.wasm'),
    layers: Number(config.num_hidden_layers),
    loadMs,
    bandwidth: Number(results.at(-1)),
    weightBytes: read.reduce((sum, parameter) => sum + bytesOf(parameter), 0),
    bytesPerPosition: kvCache.bytesPerToken,
    decodes,
  }
}

/** @type {Run[]} */
const runs = []
/** @type {string[]} */
const failures = []
/** @param {unknown} error @param {string} [what] */
const failed = (error, what) => failures.push([what, String(error).slice(0, 2000)].filter(Boolean).join(': '))

async function save() {
  const results = { date: new Date().toISOString(), runs, failures }
  await writeFile(`${values.out}.json`, JSON.stringify(results, null, 1))
  await writeFile(`${values.out}.md`, reportOf(results))
}

/** Everything about one place. @param {Place} place @param {string} temporary */
async function measureAll(place, temporary) {
  const checks = await checked(place)
  for (const kernels of await chosenKernels(place, temporary)) {
    const folder = join(temporary, 'model')
    try {
      runs.push({ ...(await measured(place, kernels, folder)), ...checks })
    } catch (error) {
      // A large model may not fit, and says nothing of the others.
      failed(error, `${place.name}, ${basename(kernels, '.wasm')}`)
    }
    await rm(folder, { recursive: true, force: true })
    await save()
  }
}

for (const find of [chromiumPlace, () => dawnPlace(values.dawn)]) {
  const temporary = await mkdtemp(join(tmpdir(), 'gpu-kit-'))
  try {
    const place = await find()
    if (place) await measureAll(place, temporary)
  } catch (error) {
    failed(error)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  await save()
}
console.log(`${values.out}.md and ${values.out}.json are written.`)
for (const failure of failures) console.error(failure)
process.exitCode = failures.length > 0 ? 1 : 0
