// A job of browser.py: what is loaded, and the steps to run in it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * `do` names a function of page.mjs.
 * @typedef {{ do: string, args: unknown[] }} Step
 */

/**
 * `folder` is the output of convert, `index` the tensor-cache.json to offer in its place; the results go to `output`.
 * `chrome` is the Chromium of run.mjs, with `flags`; `dawn` is the folder of node.mjs with npm's `webgpu`.
 * @typedef {{
 *   folder: string, index: string, kernels: string, output: string, steps: Step[], chrome: string, dawn: string,
 *   flags?: string[]
 * }} Job
 */

/** @template [T=Job] @returns {Promise<T>} the one whose file is named on the command line */
export async function readJob() {
  const [, , file] = process.argv
  if (file === undefined) throw new Error('usage: node run.mjs JOB.json, or node.mjs, or llama.mjs')
  return JSON.parse(await readFile(file, 'utf8'))
}

/**
 * The file of the model or of its kernels behind the path of a URL.
 * @param {Job} job @param {string} path @returns {string | undefined}
 */
export function modelFile(job, path) {
  if (path === '/kernels.wasm') return job.kernels
  const name = /^\/model\/(?:resolve\/main\/)?([\w.-]+)$/.exec(path)?.[1]
  return name === 'tensor-cache.json' ? job.index : name && join(job.folder, name)
}
