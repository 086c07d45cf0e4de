import { airGapped, onAirGapChange } from '../platform/air-gap'

const running = new Set<AbortController>()

onAirGapChange((isOn) => {
  if (isOn) for (const controller of running) controller.abort(airGapped())
})

/**
 * Runs a task that uses the network. Its signal is aborted by the given one, and when the air gap is turned on.
 *
 * @throws what the task throws
 */
export async function untilAirGapped<T>(signal: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  running.add(controller)
  try {
    return await task(controller.signal)
  } finally {
    running.delete(controller)
    signal.removeEventListener('abort', abort)
  }
}
