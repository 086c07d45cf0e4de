import { argon2id } from 'hash-wasm'
import type { Cost } from './derive-protocol'

/** The least that OWASP recommends: 19 MiB, two passes. */
export const LEAST: Cost = { memoryKiB: 19 * 1024, passes: 2 }
/** A phone must have it free whenever it unlocks; RFC 9106 recommends it where memory is short. */
const MOST_MEMORY_KIB = 64 * 1024
const MOST_PASSES = 64

/** @returns 32 bytes */
export async function derive(
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
  { memoryKiB, passes }: Cost,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await argon2id({
    // The same characters may be composed in several ways, depending on the keyboard.
    password: passphrase.normalize('NFKC'),
    salt,
    iterations: passes,
    memorySize: memoryKiB,
    parallelism: 1,
    hashLength: 32,
    outputType: 'binary',
  })
  return new Uint8Array(bytes)
}

/** The cost that takes about `wantedMs`, where the least cost takes `leastMs`. */
export function costFor(wantedMs: number, leastMs: number): Cost {
  // The time grows with memory times passes.
  const work = (LEAST.memoryKiB * LEAST.passes * wantedMs) / Math.max(leastMs, 1)
  const memoryKiB = Math.round(Math.min(MOST_MEMORY_KIB, Math.max(LEAST.memoryKiB, work / LEAST.passes)))
  const passes = Math.round(Math.min(MOST_PASSES, Math.max(LEAST.passes, work / memoryKiB)))
  return { memoryKiB, passes }
}
