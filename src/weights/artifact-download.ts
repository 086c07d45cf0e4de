import type { Artifact } from '../models/manifest'
import { sha256OfBlob } from '../platform/sha256'
import type { ArtifactStore } from './artifact-store'
import { BlockBuffer, BlockMemory } from './block-buffer'
import { concurrently, Slots } from './concurrency'
import { damaged, fetchRange, RequestFailure } from './fetch-range'
import { cut, gapsBetween, sizeOf, type Range } from './ranges'
import { bestOf, untilReady, type Source } from './sources'

/** Part of a full block. */
const SMALLEST_BLOCK = 1 / 4

/** Limits of requests. */
export interface Tuning {
  /** Most bytes of one request; an artifact up to this size is fetched and stored in one. */
  readonly pieceBytes: number
  /**
   * The most bytes that a connection gathers in memory before they are stored; a crash can lose these, and as many that
   * are being stored.
   */
  readonly blockBytes: number
  /** Most requests at a time. */
  readonly connections: number
  /** A connection without bytes for this long is dropped. */
  readonly stallMs: number
  /** The first wait after a failure; it doubles with each further one. */
  readonly backoffMs: number
}

/** The state that the downloads of one model's artifacts share. */
export class DownloadContext {
  readonly store: ArtifactStore
  readonly tuning: Tuning
  readonly connections: Slots
  readonly memory: BlockMemory
  /** Hashing holds up to two pieces in memory, so one artifact is hashed at a time. */
  readonly hashing = new Slots(1)

  constructor(store: ArtifactStore, tuning: Tuning) {
    this.store = store
    this.tuning = tuning
    this.connections = new Slots(tuning.connections)
    this.memory = new BlockMemory(tuning.blockBytes)
  }
}

/** The conditions of a lane: which sources may be asked, and for which bytes. */
interface Round {
  readonly sources: readonly Source[]
  readonly wholeWillDo: boolean
  /** By source: the ETag of the file that it had at first. Undefined if ETags are ignored. */
  readonly etags: Map<Source, string> | undefined
}

/** Fetches one artifact, verifies it and stores it; continues where an earlier download stopped. */
export class ArtifactDownload {
  readonly #artifact: Artifact
  readonly #context: DownloadContext
  readonly #sources: readonly Source[]
  readonly #onHave: (bytes: number, host?: string) => void
  /** In one request, in memory until it is verified. */
  readonly #small: boolean
  /** Sources that have no such file. */
  readonly #refused = new Map<Source, RequestFailure>()
  /** Blocks on the store. */
  #stored: Range[] = []
  /** The end of a small artifact. */
  #rest = new Blob()
  #have = 0

  /**
   * @param sources in order of preference
   * @param onHave told how many bytes have arrived (and from which host), or are left when some had to be thrown away
   */
  constructor(
    artifact: Artifact,
    context: DownloadContext,
    sources: readonly Source[],
    onHave: (bytes: number, host?: string) => void,
  ) {
    this.#artifact = artifact
    this.#context = context
    this.#sources = sources
    this.#onHave = onHave
    this.#small = artifact.bytes <= context.tuning.pieceBytes
  }

  /** @throws {AppError}; the signal's reason when it is aborted. In either case the bytes that arrived are stored. */
  async run(signal: AbortSignal): Promise<void> {
    const { store } = this.#context
    this.#stored = [...(await store.blocks(this.#artifact.sha256))]
    this.#count(this.#stored.reduce((sum, { start, end }) => sum + end - start, 0))
    let damage = damaged(this.#artifact)
    for (const [index, allowed] of rounds(this.#sources).entries()) {
      const asked = allowed.filter((source) => !this.#refused.has(source))
      if (asked.length === 0) continue
      try {
        await this.#fill(asked, index === 0 ? new Map() : undefined, signal)
        if (await this.#finish(signal)) return
      } catch (error) {
        if (!(error instanceof RequestFailure)) throw error
        if (!isDamage(error)) {
          if (index === 0) throw error.error
          continue
        }
        damage = error.error
      }
      await this.#drop()
    }
    throw damage
  }

  /** Fetches missing bytes: in parallel, or in one request if the artifact is small or no server has ranges. */
  async #fill(sources: readonly Source[], etags: Round['etags'], signal: AbortSignal): Promise<void> {
    const { connections, tuning } = this.#context
    const { bytes } = this.#artifact
    if (!this.#small)
      try {
        const pieces = cut(gapsBetween(this.#stored, bytes), tuning.pieceBytes)
        await concurrently(pieces, pieces.length, signal, (piece, stopped) =>
          connections.use(stopped, () => this.#lane(piece, { sources, wholeWillDo: false, etags }, stopped)),
        )
        return
      } catch (error) {
        if (!(error instanceof RequestFailure) || error.verdict !== 'no-ranges') throw error
      }
    const start = gapsBetween(this.#stored, bytes)[0]?.start ?? bytes
    await this.#dropFrom(start)
    const rest = { start, end: bytes }
    await connections.use(signal, () => this.#lane(rest, { sources, wholeWillDo: true, etags }, signal))
  }

  /** Fetches one range over one connection at a time, from any source that can give it. */
  async #lane(range: Range, round: Round, signal: AbortSignal): Promise<void> {
    if (this.#small) {
      const buffer = new BlockBuffer(range.start, new Uint8Array(sizeOf(range)))
      await this.#gather(buffer, range.end, round, signal)
      this.#rest = buffer.take()
    } else
      await this.#context.memory.use((memory) =>
        this.#gather(new BlockBuffer(range.start, memory), range.end, round, signal),
      )
  }

  /** Fetches up to `end`, and stores a block while the next one comes. */
  async #gather(buffer: BlockBuffer, end: number, round: Round, signal: AbortSignal): Promise<void> {
    let storing = Promise.resolve()
    let busy = false
    const store = async () => {
      await storing
      busy = true
      storing = this.#store(buffer).finally(() => (busy = false))
      storing.catch(() => undefined) // the next caller that waits gets the failure
    }
    // Small blocks while storage keeps up, so that a crash costs little; otherwise larger ones, which are cheaper.
    const isRipe = () => !this.#small && buffer.filled >= (busy ? 1 : SMALLEST_BLOCK)
    try {
      while (buffer.end < end)
        await this.#ask({ start: buffer.end, end }, round, signal, async (bytes) => {
          for (let rest = buffer.add(bytes); isRipe(); rest = buffer.add(rest)) await store()
        })
      if (!this.#small) await store()
      await storing
    } catch (error) {
      // Full storage must not hide the reason for the end of the download.
      if (!isDamage(error)) await this.#store(buffer).catch(() => undefined)
      throw error
    } finally {
      await storing.catch(() => undefined) // a store in progress must end before stored blocks are dropped
    }
  }

  /** One request to the best source. A failure counts against the source, and is thrown only if no byte can be kept. */
  async #ask(
    range: Range,
    round: Round,
    signal: AbortSignal,
    take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  ): Promise<void> {
    const { backoffMs, stallMs } = this.#context.tuning
    const source = this.#choose(round)
    await untilReady(source, signal)
    const startedAt = performance.now()
    const request = {
      artifact: this.#artifact,
      folder: source.folder,
      range,
      wholeWillDo: round.wholeWillDo,
      sameFile: (etag: string) => isSameFile(round.etags, source, etag),
      stallMs,
      signal,
    }
    try {
      await fetchRange(request, async (bytes) => {
        source.succeeded()
        this.#count(this.#have + bytes.length, source.host)
        await take(bytes)
      })
    } catch (error) {
      // If the request was aborted because another lane failed, that lane's failure says nothing about this source.
      if (signal.aborted || !(error instanceof RequestFailure)) throw error
      if (error.verdict === 'unreachable') source.failed(error, startedAt, backoffMs)
      else source.answered = true
      if (error.verdict === 'no-ranges') source.ranges = false
      else if (error.verdict === 'refused' || error.verdict === 'wrong-body') this.#refused.set(source, error)
      if (isDamage(error)) throw error
    }
  }

  /** @throws {RequestFailure} if no source is left */
  #choose({ sources, wholeWillDo }: Round): Source {
    const isUp = this.#sources.some(({ answered }) => answered)
    const able = sources.filter((source) => !this.#refused.has(source) && !(isUp && source.silent))
    const best = bestOf(able.filter((source) => wholeWillDo || source.ranges))
    if (best) return best
    if (!wholeWillDo && able.some((source) => !source.ranges && !source.gone))
      throw new RequestFailure('no-ranges', damaged(this.#artifact))
    const failures = [...able.map((source) => source.failure), ...this.#refused.values()]
    throw failures.find((failure) => failure !== undefined) ?? new RequestFailure('refused', damaged(this.#artifact))
  }

  async #store(buffer: BlockBuffer): Promise<void> {
    if (buffer.bytes === 0) return
    const { start, end } = buffer
    await this.#context.store.putBlock(this.#artifact.sha256, start, buffer.take())
    this.#stored = [...this.#stored, { start, end }].sort((a, b) => a.start - b.start)
  }

  /** Stores the artifact if it is the right one. */
  async #finish(signal: AbortSignal): Promise<boolean> {
    const { hashing, store, tuning } = this.#context
    const { bytes, sha256 } = this.#artifact
    const blob = new Blob([await store.openBlocks(sha256, this.#stored), this.#rest])
    if (blob.size !== bytes) return false
    const hash = await hashing.use(signal, () => hashOf(blob, 2 * tuning.pieceBytes))
    if (hash !== sha256) return false
    if (this.#small) await store.putWhole(sha256, blob)
    else await store.putBlockList(sha256, this.#stored)
    this.#count(bytes)
    return true
  }

  /** Drops the bytes that arrived, because they are not the artifact. */
  async #drop(): Promise<void> {
    await this.#context.store.delete([this.#artifact.sha256])
    this.#stored = []
    this.#rest = new Blob()
    this.#count(0)
  }

  /** Drops blocks behind a place from which a server without ranges will send all bytes anyway. */
  async #dropFrom(place: number): Promise<void> {
    const beyond = this.#stored.filter(({ start }) => start >= place)
    await this.#context.store.deleteBlocks(this.#artifact.sha256, beyond)
    this.#stored = this.#stored.filter(({ start }) => start < place)
    this.#count(this.#stored.at(-1)?.end ?? 0)
  }

  #count(bytes: number, host?: string): void {
    if (bytes === this.#have) return
    this.#have = bytes
    this.#onHave(bytes, host)
  }
}

/**
 * The sources to ask in turn until the right bytes have come: all together, then each alone, the preferred one last.
 * Only the whole artifact has a hash, so it is unknown which of several sources sent a wrong byte.
 */
function rounds(sources: readonly Source[]): (readonly Source[])[] {
  return [sources, ...[...sources.slice(1), ...sources.slice(0, 1)].map((source) => [source])]
}

/** Whether the bytes that arrived are useless. */
const isDamage = (error: unknown): boolean =>
  error instanceof RequestFailure && (error.verdict === 'wrong-body' || error.verdict === 'changed')

/** Whether a source's ETag equals its first one; weak or strong makes no difference. */
function isSameFile(etags: Round['etags'], source: Source, etag: string): boolean {
  const tag = etag.replace(/^W\//, '')
  const first = etags?.get(source)
  if (first === undefined) etags?.set(source, tag)
  return first === undefined || first === tag
}

/** Undefined if the Blob's bytes cannot be read, because the browser has lost its file. */
export async function hashOf(blob: Blob, wholeBytes: number): Promise<string | undefined> {
  try {
    return await sha256OfBlob(blob, wholeBytes)
  } catch {
    return undefined
  }
}
