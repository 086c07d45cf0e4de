import { unlessAborted, withAbort } from '../platform/abort'

/** This many tasks run at a time, in the order in which they asked. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** @throws the signal's reason when it is aborted while waiting; what `task` throws */
  async use<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free -= 1
    else await this.#turn(signal)
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    let begin: () => void = () => undefined
    const turn = new Promise<void>((resolve) => (begin = resolve))
    this.#waiting.push(begin)
    const leave = () => {
      this.#waiting.splice(this.#waiting.indexOf(begin), 1)
    }
    await withAbort(signal, leave, () => unlessAborted(signal, turn))
  }
}

/**
 * Runs a task for every item, `limit` at a time and in their order. The first failure aborts the others; it is thrown
 * once all of them have ended.
 *
 * @throws the first failure; the signal's reason when it is aborted
 */
export async function concurrently<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  task: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const queue = items.values()
  const worker = async () => {
    try {
      for (const item of queue) {
        await task(item, controller.signal)
        controller.signal.throwIfAborted()
      }
    } catch (error) {
      controller.abort(error)
    }
  }
  const stop = (reason: Error) => {
    controller.abort(reason)
  }
  await withAbort(signal, stop, () => Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker)))
  controller.signal.throwIfAborted()
}
