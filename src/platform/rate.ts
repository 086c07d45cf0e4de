/** Work begins with this many bytes, so that even the slowest machine finishes the first run soon. */
const FIRST_BYTES = 1024 * 1024
/** A run shorter than this, in ms, measures the wait for its end more than its work. */
const SHORTEST_RUN_MS = 40
/** No run starts that would probably end later than this, in ms. */
const BUDGET_MS = 1500
/** Runs of the full size; the fastest counts, because others were disturbed. */
const RUNS = 8

/**
 * The highest rate of `work`, in bytes a second. Amounts grow from run to run until a run is long enough to be timed,
 * which also warms up caches. Then the best of several runs counts.
 *
 * @param work does work on this many bytes
 * @param fullBytes below this amount a rate may be that of a cache; smaller amounts count only if there is no time for
 * larger ones
 * @param now clock in ms
 * @throws the errors of `work`; the signal's reason when it is aborted between two runs
 */
export async function bestRate(
  work: (bytes: number) => Promise<void>,
  { fullBytes, signal, now = () => performance.now() }: { fullBytes: number; signal: AbortSignal; now?: () => number },
): Promise<number> {
  const start = now()
  const timed = async (bytes: number) => {
    signal.throwIfAborted()
    const began = now()
    await work(bytes)
    return Math.max(now() - began, 0.001)
  }
  /** Whether `ms` more are within the budget. */
  const allows = (ms: number) => now() - start + ms < BUDGET_MS

  let bytes = FIRST_BYTES
  await timed(bytes) // the first run compiles and fills memory
  let ms = await timed(bytes)
  while ((ms < SHORTEST_RUN_MS || bytes < fullBytes) && allows(ms * 4)) {
    bytes *= 2
    ms = await timed(bytes)
  }
  let best = ms
  for (let run = 1; run < RUNS && allows(best); run += 1) best = Math.min(best, await timed(bytes))
  return (bytes / best) * 1000
}
