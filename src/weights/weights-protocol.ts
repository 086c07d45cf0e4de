import type { FileRequest, RepositoryContents } from '../hub/gguf-files'
import type { RepositoryReport, RepositoryRequest } from '../hub/repository'
import type { Artifact, ModelManifest } from '../models/manifest'
import type { Call } from '../platform/rpc'
import type { GivenFile, Target } from './model-files'
import type { FetchProgress, Places } from './weights'

type Fetching = Call<FetchProgress>

/**
 * The procedures of the weights worker. An aborted call ends soon; the bytes that arrived stay. Those that ask a server
 * throw `place-unconfirmed` before any request where nobody has allowed its address, and `address-refused`.
 */
export interface WeightsProcedures {
  /** Somebody has allowed the folder of this address, which is remembered. */
  allow(address: string, call: Call): Promise<void>
  ensure(asked: { readonly artifacts: readonly Artifact[]; readonly places: Places }, call: Fetching): Promise<void>
  verify(artifacts: readonly Artifact[], call: Fetching): Promise<Artifact[]>
  inspect(request: RepositoryRequest, call: Call): Promise<RepositoryReport>
  contents(request: RepositoryRequest, call: Call): Promise<RepositoryContents>
  part(request: FileRequest, call: Call): Promise<Blob>
  /** manifest.json of a folder, as it came. */
  folder(folder: string, call: Call): Promise<unknown>
  /** manifest.json of files that somebody gave, as it is. */
  open(given: readonly GivenFile[]): Promise<unknown>
  import(
    asked: {
      readonly artifacts: readonly Artifact[]
      readonly given: readonly GivenFile[]
      /** sha256 of files that were just hashed. */
      readonly hashed: readonly string[]
    },
    call: Fetching,
  ): Promise<void>
  /** sha256 of the file. */
  hash(file: File, call: Fetching): Promise<string>
  export(asked: { readonly model: ModelManifest; readonly target: Target }, call: Fetching): Promise<Blob | undefined>
}
