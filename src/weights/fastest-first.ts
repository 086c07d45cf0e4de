import type { Artifact } from '../models/manifest'
import { fetchRange } from './fetch-range'
import type { Source } from './sources'

/** Bytes fetched from each source to measure its rate, and the time allowed for them in ms. */
const PROBE_BYTES = 256 * 1024
const PROBE_MS = 8000
/** The time that other sources still have once one has given the bytes, in ms: slower ones need not be compared. */
const GRACE_MS = 1000

/**
 * Sorts sources by how fast each gives the beginning of an artifact. Sources that fail, or are much slower, keep their
 * order at the end. The bytes are thrown away.
 *
 * @throws the signal's reason when it is aborted
 */
export async function fastestFirst(
  sources: readonly Source[],
  artifact: Artifact,
  signal: AbortSignal,
): Promise<Source[]> {
  if (sources.length < 2) return [...sources]
  const late = new AbortController()
  const timed = await Promise.all(
    sources.map(async (source) => {
      const ms = await timeOf(source, artifact, AbortSignal.any([signal, late.signal]))
      if (ms !== Infinity)
        setTimeout(() => {
          late.abort()
        }, GRACE_MS)
      return { source, ms }
    }),
  )
  signal.throwIfAborted()
  return timed.sort((a, b) => (a.ms === b.ms ? 0 : a.ms - b.ms)).map(({ source }) => source)
}

/** Milliseconds; Infinity if it failed. */
async function timeOf(source: Source, artifact: Artifact, signal: AbortSignal): Promise<number> {
  const began = performance.now()
  try {
    await fetchRange(
      {
        artifact,
        folder: source.folder,
        range: { start: 0, end: Math.min(PROBE_BYTES, artifact.bytes) },
        wholeWillDo: false,
        sameFile: () => true,
        stallMs: PROBE_MS,
        signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]),
      },
      () => undefined,
    )
    return performance.now() - began
  } catch {
    return Infinity
  }
}
