import type { RepositoryAt } from '../hub/folders'
import type { Artifact } from '../models/manifest'

/** The progress of a phase, in bytes. `done` goes back when bytes turn out to be wrong and are fetched again. */
export interface FetchProgress {
  readonly phase: 'download' | 'verify'
  readonly done: number
  readonly total: number
  /** Bytes whose hash is verified. */
  readonly verified: number
  /** Host that the last bytes came from. */
  readonly source?: string
}

/**
 * Where artifacts lie: a repository by its names, of which the weights worker makes the address, or a folder of the site
 * or of an allowed server (absolute URL with a slash at its end).
 */
export type Place = string | RepositoryAt

/** Places that have artifacts, in the order in which they are asked. */
export interface Places {
  /** Whether a person chose the order of `weights`; otherwise the fastest is asked first for large downloads. */
  readonly inOrder?: boolean
  readonly weights: readonly Place[]
  /** Kernels often lie elsewhere: with the site, while weights come from a hub. */
  readonly kernels: readonly Place[]
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
   * @throws {AppError} `network`, `server-busy`, `artifact-missing`, `artifact-damaged`, `place-refused`, `storage-short`
   *   (before any byte is fetched), `storage-full` or `storage-unavailable`; the signal's reason when it is aborted
   */
  ensure(artifacts: readonly Artifact[], places: Places, options: FetchOptions): Promise<void>
  /**
   * Hashes all stored artifacts; removes damaged and unreadable ones from the store and returns them.
   *
   * @throws the signal's reason when it is aborted
   */
  verify(artifacts: readonly Artifact[], options: FetchOptions): Promise<Artifact[]>
}

/**
 * One verified copy of every artifact, kept by its sha256 as a Blob. Bytes are never stored under a hash that they do
 * not have.
 */
export interface WeightsStore extends Fetcher {
  /** Stored bytes, those of unfinished artifacts included, and the artifacts not yet complete. */
  status(artifacts: readonly Artifact[]): Promise<{ haveBytes: number; missing: Artifact[] }>
  /**
   * A handle on the stored bytes; they are read only when the Blob is.
   *
   * @throws {AppError} `artifact-missing`, `artifact-damaged` if its length is wrong, or `storage-unavailable`
   */
  read(artifact: Artifact): Promise<Blob>
  /** Runs a task during which no tab removes these artifacts: those that are stored, and those that the task fetches. */
  needing<T>(artifacts: readonly Artifact[], task: () => Promise<T>): Promise<T>
  /** Whether some tab fetches, checks or tests one of these artifacts at the moment; false where that cannot be known. */
  isNeeded(artifacts: readonly Artifact[]): Promise<boolean>
  /**
   * Removes artifacts, also unfinished ones, except those in `kept` and those that some tab needs at the moment; returns
   * the bytes set free.
   */
  remove(artifacts: readonly Artifact[], kept: readonly Artifact[]): Promise<number>
  /**
   * Removes every artifact, also unfinished ones, that is not among these and that no tab needs at the moment; returns the
   * bytes set free.
   */
  removeOthers(wanted: readonly Artifact[]): Promise<number>
}
