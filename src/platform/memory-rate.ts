import { bestRate } from './rate'

/** More than any processor's cache. */
const BYTES = 192 * 1024 * 1024

/**
 * Bytes a second that one thread reads when it copies main memory; takes about a second and a half.
 *
 * @returns undefined if the page gets no memory for it
 * @throws the signal's reason when aborted
 */
export async function measureMemory(signal: AbortSignal): Promise<number | undefined> {
  let from: Uint8Array
  let to: Uint8Array
  try {
    from = new Uint8Array(BYTES).fill(1)
    to = new Uint8Array(BYTES)
  } catch {
    return undefined
  }
  const copy = async (bytes: number) => {
    for (let left = bytes; left > 0; left -= BYTES) to.set(from.subarray(0, Math.min(left, BYTES)))
    // Between two copies the page draws and answers.
    await new Promise((resolve) => setTimeout(resolve))
  }
  return await bestRate(copy, { fullBytes: BYTES, signal })
}
