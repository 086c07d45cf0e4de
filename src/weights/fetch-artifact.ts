import type { Artifact } from '../models/manifest'
import { sha256 } from '../platform/sha256'
import { AppError } from '../shared/errors'

/**
 * Fetches one artifact and checks its length and hash, so that an error page, a captive portal's page or a cut body
 * never passes for weights.
 *
 * @param url absolute; @param onBytes told the bytes received so far
 * @throws {AppError} `network`, `artifact-missing` or `artifact-damaged`; the signal's reason when aborted
 */
export async function fetchArtifact(
  artifact: Artifact,
  url: string,
  signal: AbortSignal,
  onBytes: (received: number) => void,
): Promise<Blob> {
  const blob = await receive(artifact, url, signal, onBytes)
  if (blob.size !== artifact.bytes || (await sha256(await blob.arrayBuffer())) !== artifact.sha256)
    throw damaged(artifact, blob.size)
  return blob
}

async function receive(
  artifact: Artifact,
  url: string,
  signal: AbortSignal,
  onBytes: (received: number) => void,
): Promise<Blob> {
  try {
    // The HTTP cache would keep a second copy of every byte, and might hand out an old one.
    const response = await fetch(url, { signal, cache: 'no-store', credentials: 'omit', redirect: 'follow' })
    if (!response.ok || !response.body)
      throw new AppError('artifact-missing', `${artifact.path} was answered with HTTP status ${response.status}.`, {
        retry: 'later',
        details: { file: artifact.path, status: response.status },
      })
    const parts: Uint8Array<ArrayBuffer>[] = []
    let received = 0
    // Not `for await`: Safari 26 and Chrome before 124 have no async iteration of streams.
    const reader = response.body.getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value)
      received += part.value.byteLength
      if (received > artifact.bytes) {
        await reader.cancel()
        throw damaged(artifact, received)
      }
      onBytes(received)
    }
    return new Blob(parts)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) throw error
    throw new AppError('network', `${artifact.path} could not be fetched.`, {
      retry: 'now',
      cause: error,
      details: { file: artifact.path },
    })
  }
}

function damaged(artifact: Artifact, bytes: number): AppError {
  return new AppError('artifact-damaged', `${artifact.path} arrived with other bytes than its manifest names.`, {
    retry: 'now',
    details: { file: artifact.path, bytes, expectedBytes: artifact.bytes },
  })
}
