import type { Artifact } from '../models/manifest'
import { sha256 } from '../platform/sha256'
import { AppError } from '../shared/errors'
import { BlockBuffer } from './block-buffer'
import { damaged, fetchRange, RequestFailure } from './fetch-range'
import type { FetchOptions } from './weights'

const STALL_MS = 30_000

/**
 * Fetches a small model's artifacts into memory, for browsers that let the site store nothing: it lasts as long as the
 * page. Verified like any other artifact.
 *
 * @param folder absolute URL with a slash at its end
 * @returns a function that reads an artifact
 * @throws {AppError} `network`, `server-busy`, `artifact-missing` or `artifact-damaged`; the signal's reason when aborted
 */
export async function fetchIntoMemory(
  artifacts: readonly Artifact[],
  folder: string,
  { signal, onProgress }: FetchOptions,
): Promise<(artifact: Artifact) => Promise<Blob>> {
  const total = artifacts.reduce((sum, { bytes }) => sum + bytes, 0)
  const blobs = new Map<string, Blob>()
  let done = 0
  for (const artifact of artifacts) {
    blobs.set(artifact.sha256, await fetchOne(artifact, folder, signal))
    done += artifact.bytes
    onProgress({ phase: 'download', done, total, verified: done })
  }
  return (artifact) => {
    const blob = blobs.get(artifact.sha256)
    if (blob) return Promise.resolve(blob)
    return Promise.reject(new AppError('artifact-missing', `${artifact.path} was not fetched.`, { retry: 'now' }))
  }
}

async function fetchOne(artifact: Artifact, folder: string, signal: AbortSignal): Promise<Blob> {
  const buffer = new BlockBuffer(0, new Uint8Array(artifact.bytes))
  const request = {
    artifact,
    folder,
    range: { start: 0, end: artifact.bytes },
    wholeWillDo: true,
    sameFile: () => true,
    stallMs: STALL_MS,
    signal,
  }
  try {
    await fetchRange(request, (bytes) => {
      buffer.add(bytes)
    })
  } catch (error) {
    throw error instanceof RequestFailure ? error.error : error
  }
  const blob = buffer.take()
  if ((await sha256(await blob.arrayBuffer())) !== artifact.sha256) throw damaged(artifact)
  return blob
}
