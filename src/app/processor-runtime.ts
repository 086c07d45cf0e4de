import type { Runtime } from '../engine/protocol'
import { RUNTIME_URLS } from '../engine/wllama/runtime'
import { keptFile, type OwnFile } from '../platform/kept-file'
import { PROCESSOR_CACHE, SCRIPT_LOST } from '../shared/site-worker'

/** Marks, in whose place the build puts the files' SHA-256 (config/file-hashes.mjs). The development server has none. */
const HASHES = { single: 'sha256-of-single-thread', multi: 'sha256-of-multi-thread', worker: 'sha256-of-cpu-worker' }

/**
 * llama.cpp for so many threads, which is kept with its worker for offline use.
 *
 * @param worker its address. Imported here too, it would get a chunk of its own, which looks like the worker.
 * @throws {AppError} as `keptFile` does
 */
export async function processorRuntime(worker: string, threads: number): Promise<Runtime> {
  const file = (url: string, name: keyof typeof HASHES): OwnFile => ({
    url: new URL(url, location.href).href,
    hash: import.meta.env.PROD ? HASHES[name] : undefined,
  })
  const variant = threads > 1 ? 'multi' : 'single'
  try {
    const wasm = await keptFile(PROCESSOR_CACHE, file(RUNTIME_URLS[variant], variant), file(worker, 'worker'))
    return { wasm, threads }
  } catch (error) {
    dispatchEvent(new Event(SCRIPT_LOST)) // a newer version of the site may have other ones
    throw error
  }
}
