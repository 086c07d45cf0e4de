import type { Artifact } from '../models/manifest'
import { fetchRange } from './fetch-range'
import type { Source } from './sources'

/** What is fetched from each source to see how fast it is, in bytes, and how long it may take for it, in ms. */
const PROBE_BYTES = 256 * 1024
const PROBE_MS = 8000
/** How long the others may still take once one has given it, in ms: who is slower by more need not be compared. */
const GRACE_MS = 1000

/**
 * Sources by how fast each gives the beginning of an artifact; those that do not give it, or
 * much later than another, stay in their order, at the end.
 * What arrives is thrown away.
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
        url: source.urlOf(artifact.from ?? artifact.path),
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
