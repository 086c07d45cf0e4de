import { delMany, get, getMany, keys, promisifyRequest, set, setMany, type UseStore } from 'idb-keyval'
import type { Artifact } from '../models/manifest'
import { openStore } from '../platform/open-store'
import { storageErrors } from '../platform/storage-error'
import { sizeOf, type Range } from './ranges'

/** The key of a block: bytes of the artifact with this sha256, from `start` on, `bytes` many. */
type BlockKey = [sha256: string, start: number, bytes: number]

/** The stored bytes of all artifacts. */
export interface Contents {
  /** Hashes of verified artifacts. */
  readonly verified: ReadonlySet<string>
  /** Blocks by hash, of verified artifacts and of unfinished ones. */
  readonly blocks: ReadonlyMap<string, readonly Range[]>
}

/**
 * The store of artifacts: one IndexedDB database with one object store. An artifact is stored if its sha256 is a key;
 * the value is its bytes, or the keys of its blocks in order.
 * Blocks have keys of their own, so that they are stored as they arrive and never copied afterwards.
 *
 * Every method throws {AppError} `storage-full` or `storage-unavailable`.
 */
export class ArtifactStore {
  readonly #store: UseStore
  readonly #group: BlockGroup

  /** @param database its name */
  constructor(database: string) {
    this.#store = openStore(database, 'artifacts')
    this.#group = new BlockGroup((blocks) => storageErrors(() => setMany(blocks, this.#store)))
  }

  async contents(): Promise<Contents> {
    const verified = new Set<string>()
    const found = new Map<string, BlockKey[]>()
    for (const key of await storageErrors(() => keys<string | BlockKey>(this.#store)))
      if (typeof key === 'string') verified.add(key)
      else found.set(key[0], [...(found.get(key[0]) ?? []), key])
    const blocks = new Map(Array.from(found, ([sha256, list]) => [sha256, inOrder(list).map(rangeOf)]))
    return { verified, blocks }
  }

  /** Whether a verified artifact is there. */
  async has(sha256: string): Promise<boolean> {
    return (await this.#read((store) => store.count(sha256))) > 0
  }

  /** Blocks of one artifact, in order, without overlap. */
  async blocks(sha256: string): Promise<readonly Range[]> {
    const found = await this.#read((store) => store.getAllKeys(blocksRange(sha256)))
    return inOrder(found as BlockKey[]).map(rangeOf)
  }

  /**
   * A handle on a verified artifact; undefined if it is not stored. The Blob is too short if the browser lost a block.
   */
  async open(sha256: string): Promise<Blob | undefined> {
    const stored = await storageErrors(() => get<unknown>(sha256, this.#store))
    if (stored === undefined || stored instanceof Blob) return stored
    if (Array.isArray(stored) && stored.every(isBlockKey)) return await this.#join(stored)
    // A damaged entry counts as not stored from now on, so that the artifact is fetched again.
    await this.delete([sha256])
    return undefined
  }

  /** A handle on these blocks as one Blob; too short if a block is not there any more. */
  async openBlocks(sha256: string, blocks: readonly Range[]): Promise<Blob> {
    return await this.#join(keysOf(sha256, blocks))
  }

  /** Stores a block, together with all others that come while a transaction is in progress. */
  async putBlock(sha256: string, start: number, bytes: Blob): Promise<void> {
    await this.#group.put([sha256, start, bytes.size], bytes)
  }

  /** Makes a verified artifact of its blocks, which stay in place. */
  async putBlockList(sha256: string, blocks: readonly Range[]): Promise<void> {
    await storageErrors(() => set(sha256, keysOf(sha256, blocks), this.#store))
  }

  /** Stores a verified artifact in one; its stored blocks are deleted. */
  async putWhole(sha256: string, bytes: Blob): Promise<void> {
    await this.#change((store) => {
      store.put(bytes, sha256)
      store.delete(blocksRange(sha256))
    })
  }

  /** Deletes artifacts, verified and unfinished. */
  async delete(hashes: Iterable<string>): Promise<void> {
    await this.#change((store) => {
      for (const sha256 of hashes) {
        store.delete(sha256)
        store.delete(blocksRange(sha256))
      }
    })
  }

  /** Deletes these blocks of one artifact. */
  async deleteBlocks(sha256: string, blocks: readonly Range[]): Promise<void> {
    await storageErrors(() => delMany(keysOf(sha256, blocks), this.#store))
  }

  async #join(blocks: BlockKey[]): Promise<Blob> {
    const parts = await storageErrors(() => getMany<Blob>(blocks, this.#store))
    return new Blob(parts.filter((part) => part !== undefined))
  }

  async #read<T>(request: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return await storageErrors(() => this.#store('readonly', (store) => promisifyRequest(request(store))))
  }

  async #change(change: (store: IDBObjectStore) => void): Promise<void> {
    await storageErrors(() =>
      this.#store('readwrite', (store) => {
        change(store)
        return promisifyRequest(store.transaction)
      }),
    )
  }
}

/**
 * Blocks for one transaction. IndexedDB runs writing transactions one after the other, but Chromium writes the Blobs of
 * one transaction side by side. Four of 16 MiB together took half as long as one after the other.
 */
class BlockGroup {
  readonly #write: (blocks: [BlockKey, Blob][]) => Promise<void>
  #next: { readonly blocks: [BlockKey, Blob][]; readonly written: Promise<void> } | undefined
  #last = Promise.resolve()

  constructor(write: (blocks: [BlockKey, Blob][]) => Promise<void>) {
    this.#write = write
  }

  put(key: BlockKey, bytes: Blob): Promise<void> {
    this.#next ??= this.#begin()
    this.#next.blocks.push([key, bytes])
    return this.#next.written
  }

  #begin() {
    const blocks: [BlockKey, Blob][] = []
    const written = this.#last.then(() => {
      this.#next = undefined
      return this.#write(blocks)
    })
    this.#last = written.catch(() => undefined)
    return { blocks, written }
  }
}

const isBlockKey = (key: unknown): key is BlockKey =>
  Array.isArray(key) && key.length === 3 && typeof key[0] === 'string' && key.slice(1).every(Number.isSafeInteger)

const rangeOf = ([, start, bytes]: BlockKey): Range => ({ start, end: start + bytes })

const keysOf = (sha256: string, blocks: readonly Range[]): BlockKey[] =>
  blocks.map(({ start, end }) => [sha256, start, end - start])

/** All blocks of an artifact: IndexedDB orders arrays by their elements, and a longer array after its beginning. */
const blocksRange = (sha256: string) => IDBKeyRange.bound([sha256], [sha256, []])

/**
 * Sorts blocks by their places and drops those that begin within an earlier one (two tabs without locks could store
 * such).
 */
function inOrder(blocks: readonly BlockKey[]): BlockKey[] {
  const sorted = [...blocks].sort((a, b) => a[1] - b[1])
  let end = 0
  return sorted.filter(([, start, bytes]) => {
    if (start < end) return false
    end = start + bytes
    return true
  })
}

/** Bytes that are stored of each artifact, by sha256, and the artifacts that are not complete. */
export async function statusOf(
  store: ArtifactStore,
  artifacts: readonly Artifact[],
): Promise<{ have: Map<string, number>; missing: Artifact[] }> {
  const { verified, blocks } = await store.contents()
  const missing = distinct(artifacts).filter(({ sha256 }) => !verified.has(sha256))
  const have = new Map(distinct(artifacts).map(({ sha256, bytes }) => [sha256, bytes]))
  for (const { sha256 } of missing) have.set(sha256, sum((blocks.get(sha256) ?? []).map(sizeOf)))
  return { have, missing }
}

/** One artifact for each sha256: paths with the same bytes are stored once. */
export function distinct(artifacts: readonly Artifact[]): Artifact[] {
  return [...new Map(artifacts.map((artifact) => [artifact.sha256, artifact])).values()]
}

export function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
