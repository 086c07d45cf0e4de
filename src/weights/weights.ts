import type { Artifact } from '../models/manifest'

/** How far a phase has come, in bytes. `done` goes back when bytes turn out to be wrong and are fetched again. */
export interface FetchProgress {
  readonly phase: 'download' | 'verify'
  readonly done: number
  readonly total: number
  /** Bytes whose hash has been found right. */
  readonly verified: number
  /** Host that the last bytes came from. */
  readonly source?: string
}

/** Folders that have artifacts: absolute URLs with a slash at the end, in the order in which they are asked. */
export interface Places {
  /** Whether the order of `weights` is somebody's wish; otherwise the fastest is asked first where much is to be fetched. */
  readonly inOrder?: boolean
  readonly weights: readonly string[]
  /** Kernels often lie elsewhere: with the site, while weights come from a hub. */
  readonly kernels: readonly string[]
}

export interface FetchOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: FetchProgress) => void
}

/** Brings artifacts into the store. */
export interface Fetcher {
  /**
   * Fetches, verifies and stores missing artifacts. Bytes that arrived before a failure or an abort stay, and are not
   * fetched again; several tabs may call this at once.
   *
   * @throws {AppError} `network`, `server-busy`, `artifact-missing`, `artifact-damaged`, `storage-short` (before any
   *   byte is fetched), `storage-full` or `storage-unavailable`; the signal's reason when it is aborted
   */
  ensure(artifacts: readonly Artifact[], places: Places, options: FetchOptions): Promise<void>
  /**
   * Hashes what is stored; removes damaged and unreadable artifacts from the store and returns them.
   *
   * @throws the signal's reason when it is aborted
   */
  verify(artifacts: readonly Artifact[], options: FetchOptions): Promise<Artifact[]>
}

/**
 * One verified copy of every artifact, kept by its sha256 as a Blob. Nothing is ever stored under a hash that it does
 * not have.
 */
export interface WeightsStore extends Fetcher {
  /** Bytes that are stored, those of unfinished artifacts included, and the artifacts not yet complete. */
  status(artifacts: readonly Artifact[]): Promise<{ haveBytes: number; missing: Artifact[] }>
  /**
   * A handle on the stored bytes; no byte is read before the Blob is.
   *
   * @throws {AppError} `artifact-missing`, `artifact-damaged` if its length is wrong, or `storage-unavailable`
   */
  read(artifact: Artifact): Promise<Blob>
  /** Removes artifacts, unfinished ones too, except those that are among `kept`; returns the bytes set free. */
  remove(artifacts: readonly Artifact[], kept: readonly Artifact[]): Promise<number>
  /** Removes every artifact, unfinished ones too, that is not among these; returns the bytes set free. */
  removeOthers(wanted: readonly Artifact[]): Promise<number>
}
