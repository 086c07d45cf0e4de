import { toAppError, type AppError } from '../../shared/errors'
import { indexInWords, shardsInOrder, TENSOR_INDEX } from './tensor-index'

/** One is hashed while another comes from the disk. */
const SHARDS_AHEAD = 2

/** Gives the bytes of a file: checked, or made of another one. Called once for each file. */
export type ReadFile = () => Promise<ArrayBuffer>

/**
 * The `caches` that WebLLM sees in the engine's worker: each file of one model, under the URL that WebLLM makes up for
 * it. A file is read when WebLLM reads its body. While WebLLM uploads a shard, the next shards are read.
 */
export class ArtifactCacheStorage {
  /** Set when a file could not be read, or did not have its sha256. */
  damage: AppError | undefined
  readonly #files: ReadonlyMap<string, ReadFile>
  readonly #inWords: boolean
  /** URLs of the shards, in the order in which WebLLM reads them. */
  #shards: readonly string[] = []
  /** Shards that are being read, or have been, before WebLLM asks for them. */
  readonly #ahead = new Map<string, Promise<ArrayBuffer>>()

  /**
   * @param files by absolute URL
   * @param inWords whether the kernels want f16 tensors as pairs in u32 words
   */
  constructor(files: ReadonlyMap<string, ReadFile>, inWords: boolean) {
    this.#files = files
    this.#inWords = inWords
  }

  /** WebLLM's scopes (config, wasm, model) all see the same files. */
  open(): Promise<this> {
    return Promise.resolve(this)
  }

  match(request: Request | string): Promise<Response | undefined> {
    const url = typeof request === 'string' ? request : request.url
    return Promise.resolve(this.#files.has(url) ? new LazyResponse(() => this.#take(url)) : undefined)
  }

  keys(): Promise<Request[]> {
    return Promise.resolve([...this.#files.keys()].map((url) => new Request(url)))
  }

  /** WebLLM adds files that it does not find; that would use the network. */
  add(request: Request | string): Promise<void> {
    return Promise.reject(new Error(`The model has no file ${typeof request === 'string' ? request : request.url}`))
  }

  delete(): Promise<boolean> {
    return Promise.resolve(false)
  }

  /** The bytes for WebLLM; begins to read the shards that it will want next. */
  async #take(url: string): Promise<ArrayBuffer> {
    const bytes = await (this.#ahead.get(url) ?? this.#read(url))
    this.#ahead.delete(url)
    if (url.endsWith(`/${TENSOR_INDEX}`)) {
      this.#shards = shardsInOrder(bytes).map((path) => new URL(path, url).href)
      return this.#inWords ? indexInWords(bytes) : bytes
    }
    const at = this.#shards.indexOf(url)
    for (const next of at < 0 ? [] : this.#shards.slice(at + 1, at + 1 + SHARDS_AHEAD))
      if (!this.#ahead.has(next)) {
        const reading = this.#read(next)
        this.#ahead.set(next, reading)
        reading.catch(() => undefined) // thrown when WebLLM asks for it
      }
    return bytes
  }

  async #read(url: string): Promise<ArrayBuffer> {
    const read = this.#files.get(url)
    if (!read) throw new Error(`The model has no file ${url}`)
    try {
      return await read()
    } catch (error) {
      throw (this.damage ??= toAppError(error))
    }
  }
}

/**
 * The body is read when it is asked for, because WebLLM asks for responses that it then does not read. A stream would
 * be copied.
 */
class LazyResponse extends Response {
  readonly #read: () => Promise<ArrayBuffer>

  constructor(read: () => Promise<ArrayBuffer>) {
    super()
    this.#read = read
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#read()
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.#read())
  }

  override async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }
}
