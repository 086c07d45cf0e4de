import type { Artifact } from '../models/manifest'
import { sha256 } from '../platform/sha256'
import { AppError } from '../shared/errors'

/**
 * The bytes of an artifact, read from its Blob once.
 *
 * @throws {AppError} `artifact-damaged` if they do not have its sha256, or the browser has lost the Blob's file
 */
export async function verifiedBytes(artifact: Artifact, blob: Blob): Promise<ArrayBuffer> {
  const bytes = await blob.arrayBuffer().catch(() => undefined)
  if (bytes && (await sha256(bytes)) === artifact.sha256) return bytes
  throw new AppError('artifact-damaged', `${artifact.path} is damaged in the weights store.`, {
    retry: 'now',
    details: { file: artifact.path },
  })
}
