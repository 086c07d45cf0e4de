import type { Artifact, ModelManifest } from '../models/manifest'

/** How far a phase has come, in bytes. `done` goes back when bytes turn out to be wrong and are fetched again. */
export interface FetchProgress {
  readonly phase: 'download' | 'verify'
  readonly done: number
  readonly total: number
}

export interface FetchOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: FetchProgress) => void
  /** Further folders with the same artifacts, absolute and with a slash at the end, to be asked when the first fails. */
  readonly mirrors?: readonly string[]
}

/**
 * One verified copy of every artifact, kept by its sha256 as a Blob. Nothing is ever stored under a hash that it does
 * not have.
 */
export interface WeightsStore {
  /** Bytes that are stored of a model, those of unfinished artifacts included, and the artifacts not yet complete. */
  status(model: ModelManifest): Promise<{ haveBytes: number; missing: Artifact[] }>
  /**
   * Fetches, verifies and stores what is missing. What arrived before a failure or an abort stays, and is not fetched
   * again; several tabs may call this at once.
   *
   * @param base absolute URL of the folder that holds the artifacts, with a slash at its end
   * @throws {AppError} `network`, `server-busy`, `artifact-missing`, `artifact-damaged`, `storage-short` (before
   *   anything is fetched), `storage-full` or `storage-unavailable`; the signal's reason when it is aborted
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
  /** Removes a model's artifacts, unfinished ones too; returns the bytes set free. */
  remove(model: ModelManifest): Promise<number>
  /** Removes every artifact, unfinished ones too, that none of these models has; returns the bytes set free. */
  removeOthers(wanted: readonly ModelManifest[]): Promise<number>
}
