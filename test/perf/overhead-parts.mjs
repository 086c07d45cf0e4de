/** What a token costs the host beside its kernels, with WebLLM's plain pipeline and with ours. */
import { spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from 'node:process'
import { inPython } from '../../scripts/python.mjs'
import { call, median, round } from './measuring.mjs'

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */
/** @typedef {{ wall: number, worker: number, gpu: number }} Cost  ms a token */

const GREEDY = { temperature: 0, topP: 1 }
const DRAWN = { temperature: 1, topP: 0.95 }

const ROUNDS = 9
const WARM = 16
const TOKENS = 96

/** Writes the model, if there is a Python with the compiler. @param {string} folder @returns {boolean} whether there is */
export function writeOverheadModel(folder) {
  const plan = inPython({ modules: [['overhead_model', folder]] })
  if (!('commands' in plan)) return false
  const [python = '', ...given] = plan.commands[0] ?? []
  const { status } = spawnSync(python, given, { cwd: plan.cwd, env: { ...env, PYTHONPATH: 'tests' }, stdio: 'ignore' })
  return status === 0
}

/**
 * ms of CPU so far: of all workers of pages, and of the GPU process's main thread. Linux only.
 * @param {import('playwright').CDPSession} devtools
 */
async function cpuTimes(devtools) {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
  let [worker, gpu] = [0, 0]
  for (const { type, id } of processInfo) {
    const tasks = `/proc/${String(id)}/task`
    if (type === 'GPU') gpu += await threadTime(join(tasks, String(id)))
    if (type !== 'renderer') continue
    for (const thread of await readdir(tasks)) {
      const name = await readFile(join(tasks, thread, 'comm'), 'utf8').catch(() => '')
      if (name.startsWith('DedicatedWorker')) worker += await threadTime(join(tasks, thread))
    }
  }
  return { worker, gpu }
}

/** @param {string} task  its folder in /proc */
async function threadTime(task) {
  return Number((await readFile(join(task, 'schedstat'), 'utf8')).split(' ')[0]) / 1e6
}

/** @param {import('playwright').Browser} browser @param {Page} bench @param {boolean} made @returns {Promise<Result[]>} */
export async function overhead(browser, bench, made) {
  const name = 'host’s work for a token, own commands / plain WebLLM'
  if (!made) return [{ name, value: NaN, goal: '<= 0.4', detail: 'there is no Python with the compiler' }]
  const devtools = await browser.newBrowserCDPSession()
  for (const variant of ['plain full', 'own full', 'plain emptied', 'own emptied'])
    await call(bench, 'overheadLoad', variant)

  /** @param {string} variant @param {object} sampling */
  const written = async (variant, sampling) => [
    ...(await call(bench, 'overheadBegin', variant, sampling, WARM)),
    ...(await call(bench, 'overheadDecode', variant, TOKENS)).tokens,
  ]
  let equal = 0
  let different = 0
  for (const sampling of [GREEDY, DRAWN]) {
    const [plain, own] = [await written('plain full', sampling), await written('own full', sampling)]
    equal += plain.filter((/** @type {number} */ token, /** @type {number} */ at) => token === own[at]).length
    different += new Set(plain).size
  }

  /** @param {string} variant */
  const cost = async (variant) => {
    await call(bench, 'overheadBegin', variant, GREEDY, WARM)
    const before = await cpuTimes(devtools)
    const { ms } = await call(bench, 'overheadDecode', variant, TOKENS)
    const after = await cpuTimes(devtools)
    return { wall: ms, worker: (after.worker - before.worker) / TOKENS, gpu: (after.gpu - before.gpu) / TOKENS }
  }
  /** @type {{ plain: Cost, own: Cost }[]} */
  const rounds = []
  for (let index = 0; index < ROUNDS; index += 1)
    rounds.push({ plain: await cost('plain emptied'), own: await cost('own emptied') })
  await devtools.detach()

  /** @param {'wall' | 'worker' | 'gpu'} what @param {string} words @param {string} goal @returns {Result} */
  const ratio = (what, words, goal) => ({
    name: `${name}: ${words}`,
    value: median(rounds.map(({ plain, own }) => own[what] / plain[what])),
    goal,
    detail: `${String(round(median(rounds.map(({ own }) => own[what]))))} / ${String(round(median(rounds.map(({ plain }) => plain[what]))))} ms`,
  })
  const all = 2 * (1 + WARM + TOKENS)
  return [
    ratio('wall', 'wall', '<= 0.4'),
    ratio('worker', 'CPU of the worker', '<= 0.4'),
    ratio('gpu', 'CPU of the GPU process, main thread', '<= 0.55'),
    {
      name: 'tokens equal to those of plain WebLLM, the likeliest and drawn ones with one seed',
      value: equal / all,
      goal: '>= 1',
      detail: `${String(equal)} of ${String(all)}, ${String(different)} different ones`,
    },
  ]
}
