import type { Runtime } from '../engine/protocol'
import { toAppError } from '../shared/errors'
import type { ThreadChoice } from '../state/models/thread-choice'

/** A script of the site without which there is no answer. @throws {AppError} `script-missing` */
export async function needed<T>(script: Promise<T>): Promise<T> {
  return await script.catch((error: unknown) => {
    throw toAppError(error, 'script-missing')
  })
}

/**
 * Gives llama.cpp for a model of so many bytes, with the threads that the choice gives it.
 *
 * @param worker the address of its worker
 * @param load fetches the script
 * @returns throws `script-missing` if the script does not come, and what the choice throws
 */
export function runtimeFor(
  worker: string,
  choice: () => Promise<Pick<ThreadChoice, 'forModel'>>,
  load = () => import('./processor-runtime'),
): (bytes: number) => Promise<Runtime> {
  return async (bytes) => {
    const [{ processorRuntime }, threads] = await Promise.all([needed(load()), choice()])
    return await processorRuntime(worker, threads.forModel(bytes))
  }
}
