// WebGPU in Node: Dawn, npm's `webgpu`, which check/lavapipe.sh puts into a folder.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Dawn aborts the process when a GPU whose devices are in use is collected. @type {GPU[]} */
const opened = []

/**
 * Puts WebGPU's names on globalThis. The caller chooses the Vulkan driver (VK_ICD_FILENAMES).
 * @param {string} folder @returns {Promise<GPU>}
 */
export async function openDawn(folder) {
  const entry = createRequire(join(folder, 'package.json')).resolve('webgpu')
  /** @type {{ create: (options: string[]) => GPU, globals: object }} */
  const { create, globals } = await import(pathToFileURL(entry).href)
  Object.assign(globalThis, globals)
  const gpu = create(['enable-dawn-features=allow_unsafe_apis', 'backend=vulkan'])
  opened.push(gpu)
  return gpu
}
