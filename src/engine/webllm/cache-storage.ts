import type { Artifact } from '../../models/manifest'
import { toAppError, type AppError } from '../../shared/errors'
import { verifiedBytes } from '../verified-bytes'

export interface StoredArtifact {
  readonly artifact: Artifact
  readonly blob: Blob
  /** What WebLLM gets to see instead of the stored bytes, once these have been found right. */
  readonly offer?: (bytes: ArrayBuffer) => Uint8Array<ArrayBuffer>
}

/**
 * The `caches` that WebLLM sees in the engine's worker: each artifact of one model, under the URL that WebLLM makes up
 * for it. A body is read from the Blob when WebLLM reads it, once, and checked against its sha256 on the way, so that no
 * damaged byte reaches the GPU.
 */
export class ArtifactCacheStorage {
  /** Set when an artifact did not have its sha256. */
  damage: AppError | undefined
  readonly #files: ReadonlyMap<string, StoredArtifact>

  /** @param files by absolute URL */
  constructor(files: ReadonlyMap<string, StoredArtifact>) {
    this.#files = files
  }

  /** WebLLM's scopes (config, wasm, model) all see the same files. */
  open(): Promise<this> {
    return Promise.resolve(this)
  }

  match(request: Request | string): Promise<Response | undefined> {
    const stored = this.#files.get(typeof request === 'string' ? request : request.url)
    return Promise.resolve(stored && new Response(this.#body(stored)))
  }

  keys(): Promise<Request[]> {
    return Promise.resolve([...this.#files.keys()].map((url) => new Request(url)))
  }

  /** WebLLM adds what it does not find; that would be the network. */
  add(request: Request | string): Promise<void> {
    return Promise.reject(new Error(`The model has no file ${typeof request === 'string' ? request : request.url}`))
  }

  delete(): Promise<boolean> {
    return Promise.resolve(false)
  }

  #body({ artifact, blob, offer }: StoredArtifact): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await verifiedBytes(artifact, blob).catch((error: unknown) => {
            throw (this.damage ??= toAppError(error))
          })
          controller.enqueue(offer?.(bytes) ?? new Uint8Array(bytes))
          controller.close()
        },
      },
      // 0: nothing is read ahead of WebLLM, which asks for responses that it then does not read
      { highWaterMark: 0 },
    )
  }
}
