import { SCRIPT_LOST } from '../shared/site-worker'
import { trustedScriptUrl } from './trusted'

/**
 * Starts a worker of the site. One whose script cannot be loaded tells the window so, as Vite does of a chunk: a newer
 * version of the site may have taken its place.
 *
 * @throws {AppError} `script-url-foreign`
 */
export function startWorker(url: string, name: string): Worker {
  const worker = new Worker(trustedScriptUrl(url), { type: 'module', name })
  worker.addEventListener('error', ({ message }) => {
    if (!message) dispatchEvent(new Event(SCRIPT_LOST)) // an error of the script itself has a message
  })
  return worker
}
