import type { Artifact } from '../models/manifest'
import { fetchRange } from './fetch-range'
import type { Source } from './sources'

/** What is fetched from each source to see how fast it is, in bytes, and how long it may take for it, in ms. */
const PROBE_BYTES = 256 * 1024
const PROBE_MS = 8000

/**
 * Sources by how fast each gives the beginning of an artifact; those that do not give it stay in their order, at the end.
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
  const timed = await Promise.all(
    sources.map(async (source) => ({ source, ms: await timeOf(source, artifact, signal) })),
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
