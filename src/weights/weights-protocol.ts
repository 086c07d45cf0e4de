import type { Artifact, ModelManifest } from '../models/manifest'
import type { ErrorRecord } from '../shared/errors'
import type { FileRequest, RepositoryContents } from '../hub/gguf-files'
import type { RepositoryReport, RepositoryRequest } from '../hub/repository'
import type { GivenFile, Target } from './model-files'
import type { FetchProgress, Places } from './weights'

/** What the page asks of the weights worker; `call` tells calls apart. */
export type ToWeights =
  | { readonly type: 'ensure'; readonly call: number; readonly artifacts: readonly Artifact[]; readonly places: Places }
  | { readonly type: 'verify'; readonly call: number; readonly artifacts: readonly Artifact[] }
  | { readonly type: 'inspect'; readonly call: number; readonly request: RepositoryRequest }
  | { readonly type: 'contents'; readonly call: number; readonly request: RepositoryRequest }
  | { readonly type: 'part'; readonly call: number; readonly request: FileRequest }
  | { readonly type: 'folder'; readonly call: number; readonly folder: string }
  /** manifest.json of files that somebody gave. */
  | { readonly type: 'open'; readonly call: number; readonly given: readonly GivenFile[] }
  | {
      readonly type: 'import'
      readonly call: number
      readonly artifacts: readonly Artifact[]
      readonly given: readonly GivenFile[]
      /** sha256 of files that were just hashed. */
      readonly hashed: readonly string[]
    }
  | { readonly type: 'hash'; readonly call: number; readonly file: File }
  | { readonly type: 'export'; readonly call: number; readonly model: ModelManifest; readonly target: Target }
  | { readonly type: 'cancel'; readonly call: number }

/** What a call comes to. */
export interface Results {
  readonly ensure: undefined
  readonly verify: Artifact[]
  readonly inspect: RepositoryReport
  readonly contents: RepositoryContents
  readonly part: Blob
  /** The folder's manifest.json, as it came. */
  readonly folder: unknown
  /** The files' manifest.json, as it is. */
  readonly open: unknown
  readonly import: undefined
  /** sha256 of the file. */
  readonly hash: string
  readonly export: Blob | undefined
}

export type FromWeights =
  | { readonly type: 'progress'; readonly call: number; readonly progress: FetchProgress }
  | { readonly type: 'done'; readonly call: number; readonly result: Results[keyof Results] }
  /** Without an error it was cancelled. */
  | { readonly type: 'failed'; readonly call: number; readonly error: ErrorRecord | undefined }
