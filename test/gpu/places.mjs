// Where the kit finds a GPU, and how it runs a model there.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withPage } from '../../compiler/check/chromium.mjs'
import { findBrowser, HOW_TO_GET_A_BROWSER } from '../../scripts/browser.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Flags with which Chromium has a GPU, tried in this order: its own choice, then Vulkan without a screen. */
const FLAGS = [[], ['--enable-features=Vulkan', '--use-angle=vulkan', '--ignore-gpu-blocklist']]

/** @typedef {{ vendor: string, architecture: string, description: string, software: boolean, f16: boolean }} Adapter */
/**
 * `job` has the fields of compiler/check's job that say where it runs; `script` runs it.
 * @typedef {{ name: string, script: string, job: Record<string, unknown>, adapter: Adapter }} Place
 */
/** @typedef {{ do: string, args: unknown[] }} Step */

/** The adapter that Chromium has with some flags. @param {string} chrome @param {string[]} flags */
async function adapterOf(chrome, flags) {
  /** @type {Adapter | undefined} */
  let found
  const probe = async (/** @type {import('playwright').Page} */ page) => {
    await page.route('http://localhost/**', (route) => route.fulfill({ contentType: 'text/html', body: '' }))
    await page.goto('http://localhost/')
    found = await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' })
      if (!adapter) return undefined
      const { vendor, architecture, description } = adapter.info
      const software = /swiftshader|llvmpipe/i.test(`${vendor} ${architecture} ${description}`)
      return { vendor, architecture, description, software, f16: adapter.features.has('shader-f16') }
    })
  }
  await withPage(chrome, probe, flags)
  return found
}

/** Chromium with the first flags that give a GPU; without any, the first that give a software adapter. @returns {Promise<Place>} */
export async function chromiumPlace() {
  const chrome = (await findBrowser())?.executablePath
  if (chrome === undefined) throw new Error(HOW_TO_GET_A_BROWSER)
  /** @type {Place | undefined} */
  let software
  for (const flags of FLAGS) {
    const adapter = await adapterOf(chrome, flags)
    if (!adapter) continue
    const place = { name: ['Chromium', ...flags].join(' '), script: 'run.mjs', job: { chrome, flags }, adapter }
    if (!adapter.software) return place
    software ??= place
  }
  if (!software) throw new Error('Chromium gives no WebGPU adapter.')
  return software
}

/**
 * Dawn in Node: npm's `webgpu` in `folder`, or beside this repository's packages; undefined without it.
 * @param {string | undefined} folder @returns {Promise<Place | undefined>}
 */
export async function dawnPlace(folder) {
  try {
    createRequire(join(folder ?? root, 'package.json')).resolve('webgpu')
  } catch {
    if (folder === undefined) return undefined
    throw new Error(`${folder} has no package webgpu.`)
  }
  const job = { dawn: folder ?? root }
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'test/gpu/dawn-adapter.mjs'), job.dawn])
  return { name: 'Dawn in Node', script: 'node.mjs', job, adapter: JSON.parse(stdout) }
}

/**
 * Runs steps of compiler/check/page.mjs in a process of its own; the time of the load in ms comes first.
 * @param {Place} place @param {string} kernels a .wasm file @param {string} folder with its weights @param {Step[]} steps
 * @returns {Promise<[number, ...unknown[]]>}
 */
export async function runSteps({ script, job }, kernels, folder, steps) {
  const temporary = await mkdtemp(join(tmpdir(), 'gpu-kit-job-'))
  try {
    const [path, output] = [join(temporary, 'job.json'), join(temporary, 'output.json')]
    const index = join(folder, 'tensor-cache.json')
    await writeFile(path, JSON.stringify({ ...job, folder, kernels, index, output, steps }))
    await promisify(execFile)(process.execPath, [join(root, 'compiler/check', script), path], { cwd: dirname(path) })
    return JSON.parse(await readFile(output, 'utf8'))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
