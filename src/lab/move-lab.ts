import type { LabStore } from './lab-store'

/**
 * Copies every run, every suite and every measurement into another store. The first one is not changed. Doing it again after a break is the
 * same as doing it once.
 *
 * @param onlyMissing whether what is in the other store already is newer, and stays
 * @throws {AppError} as `LabStore`; the signal's reason when aborted
 */
export async function moveLab(from: LabStore, to: LabStore, onlyMissing: boolean, signal: AbortSignal): Promise<void> {
  for (const { id } of await from.runs()) {
    signal.throwIfAborted()
    if (onlyMissing && (await to.run(id))) continue
    const whole = await from.whole(id)
    if (whole) await to.put(whole)
  }
  for (const suite of await from.suites()) await to.putSuite(suite)
  for (const speed of await from.speeds()) await to.putSpeed(speed)
}
