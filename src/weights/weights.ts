import type { Artifact, ModelManifest } from '../models/manifest'

/** How far a phase has come, in bytes. */
export interface FetchProgress {
  readonly phase: 'download' | 'verify'
  readonly done: number
  readonly total: number
}

export interface FetchOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: FetchProgress) => void
}

/**
 * One verified copy of every artifact, kept by its sha256 as a Blob. Nothing is ever stored under a hash that it does
 * not have.
 */
export interface WeightsStore {
  /** What is stored of a model, and what is not. */
  status(model: ModelManifest): Promise<{ haveBytes: number; missing: Artifact[] }>
  /**
   * Fetches, verifies and stores what is missing; artifacts that are already there are not fetched again, and what
   * arrived before a failure stays.
   *
   * @param base absolute URL of the folder that holds the artifacts, with a slash at its end
   * @throws {AppError} `network`, `artifact-missing`, `artifact-damaged`, `storage-full` or `storage-unavailable`
   */
  ensure(model: ModelManifest, base: string, options: FetchOptions): Promise<void>
  /**
   * A handle on the stored bytes; no byte is read before the Blob is.
   *
   * @throws {AppError} `artifact-missing`, `artifact-damaged` if its length is wrong, or `storage-unavailable`
   */
  read(artifact: Artifact): Promise<Blob>
  /** Hashes what is stored; removes damaged and unreadable artifacts from the store and returns them. */
  verify(model: ModelManifest): Promise<Artifact[]>
  /** Removes a model's artifacts; returns the bytes set free. */
  remove(model: ModelManifest): Promise<number>
}
