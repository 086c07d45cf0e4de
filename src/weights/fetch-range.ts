import type { Artifact } from '../models/manifest'
import { reach } from '../platform/reach'
import { release } from '../platform/release'
import { AppError } from '../shared/errors'
import type { Range } from './ranges'

/**
 * The verdict of a failed request on its source.
 *
 * - `unreachable`: no verdict; the same request may succeed later.
 * - `refused`: the source has no such file, and no byte was taken from it.
 * - `wrong-body`: the source sent another file; bytes of it were taken.
 * - `changed`: the source's file differs from that of an earlier request.
 * - `no-ranges`: the source gives whole files only.
 */
type Verdict = 'unreachable' | 'refused' | 'wrong-body' | 'changed' | 'no-ranges'

/** A request that failed: the verdict on its source, and the error for people if nothing else helps. */
export class RequestFailure extends Error {
  readonly verdict: Verdict
  readonly error: AppError
  /** The pause that the server asks for. */
  readonly waitMs: number | undefined

  constructor(verdict: Verdict, error: AppError, waitMs?: number) {
    super(error.message)
    this.verdict = verdict
    this.error = error
    this.waitMs = waitMs
  }
}

export interface RangeRequest {
  readonly artifact: Artifact
  /** The folder that has it: absolute URL with a slash at its end. */
  readonly folder: string
  readonly range: Range
  /** Whether the whole file will do if a server has no ranges: bytes before the range are thrown away. */
  readonly wholeWillDo: boolean
  /** Given the file's ETag, tells whether the file is still the same. */
  readonly sameFile: (etag: string) => boolean
  /** A connection without bytes for this long is dropped. */
  readonly stallMs: number
  readonly signal: AbortSignal
}

/**
 * Asks a server for a range of an artifact and passes on its bytes as they arrive, never one outside the range.
 *
 * @param take must be done with the bytes when it returns (or its promise settles): their memory is freed
 * @throws {RequestFailure}; what `reach` and `take` throw; the signal's reason when it is aborted
 */
export async function fetchRange(
  request: RangeRequest,
  take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void,
): Promise<void> {
  const { artifact, range } = request
  const watch = new StallWatch(request)
  try {
    const response = await watch.over(send(request, watch.signal))
    let at = offsetOf(response, request)
    // Not `for await`: Safari 26 and Chrome before 124 have no async iteration of streams. Not into memory of our own
    // (`mode: 'byob'`): if a stream ends without answering such a read, the read hangs, as with Chromium's streams of
    // Blobs.
    const reader = (response.body ?? new Blob().stream()).getReader()
    for (let part = await watch.over(reader.read()); !part.done; part = await watch.over(reader.read())) {
      const wanted = part.value.subarray(Math.max(0, range.start - at), Math.max(0, range.end - at))
      at += part.value.length
      if (at > range.end) throw new RequestFailure('wrong-body', damaged(artifact, at))
      if (wanted.length > 0) await take(wanted)
      if (part.value.length === part.value.buffer.byteLength) release(part.value.buffer)
    }
    if (at === range.end) return
    if (response.status === 200) throw new RequestFailure('wrong-body', damaged(artifact, at))
    throw new RequestFailure('unreachable', network(artifact, 'The server ended its answer early.'))
  } finally {
    watch.end()
  }
}

async function send({ artifact, folder, range }: RangeRequest, signal: AbortSignal): Promise<Response> {
  const path = artifact.from ?? artifact.path
  return await reach({ folder, path, ...(isPartial(artifact, range) && { range }) }, 'weights', signal)
}

/** The offset in the file at which an answer's body begins, if the answer is a part of it. @throws {RequestFailure} */
function offsetOf(response: Response, { artifact, range, wholeWillDo, sameFile }: RangeRequest): number {
  const { status, headers } = response
  if (status === 408 || status === 429 || status >= 500)
    throw new RequestFailure('unreachable', busy(artifact, status), retryAfter(headers.get('Retry-After')))
  if (status === 416) throw new RequestFailure('refused', damaged(artifact))
  if (status !== 200 && status !== 206) throw new RequestFailure('refused', missing(artifact, status))
  // The page of a captive portal, or an error page with a success status.
  if (headers.get('Content-Type')?.startsWith('text/html')) throw new RequestFailure('refused', damaged(artifact))
  const etag = headers.get('ETag')
  if (etag !== null && !sameFile(etag)) throw new RequestFailure('changed', damaged(artifact))
  if (status === 200) {
    if (isPartial(artifact, range) && !wholeWillDo) throw new RequestFailure('no-ranges', missing(artifact, status))
    return 0
  }
  // Servers on another origin may keep this header from pages; then the hash alone decides.
  const told = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('Content-Range') ?? '')
  if (told && (Number(told[1]) !== range.start || (told[2] !== '*' && Number(told[2]) !== artifact.bytes)))
    throw new RequestFailure('refused', damaged(artifact))
  return range.start
}

const isPartial = (artifact: Artifact, { start, end }: Range): boolean => start > 0 || end < artifact.bytes

/** Milliseconds that a Retry-After header means: seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** Ends a request that brings no bytes for too long, or whose caller gives up. */
class StallWatch {
  readonly #request: RangeRequest
  readonly #controller = new AbortController()
  readonly #stop = () => {
    this.#controller.abort(this.#request.signal.reason)
  }

  constructor(request: RangeRequest) {
    request.signal.throwIfAborted()
    this.#request = request
    request.signal.addEventListener('abort', this.#stop, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * Waits for the network, for the allowed time at most. The time in which the caller handles the bytes does not count.
   */
  async over<T>(event: Promise<T>): Promise<T> {
    const { artifact, signal, stallMs } = this.#request
    const timer = setTimeout(() => {
      this.#controller.abort(new Error(`Nothing came for ${stallMs} ms.`))
    }, stallMs)
    try {
      const result = await event
      signal.throwIfAborted()
      return result
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof AppError) throw error
      throw new RequestFailure('unreachable', network(artifact, error))
    } finally {
      clearTimeout(timer)
    }
  }

  /** Closes the connection if it is still open. */
  end(): void {
    this.#request.signal.removeEventListener('abort', this.#stop)
    this.#controller.abort()
  }
}

function network({ path }: Artifact, cause: unknown): AppError {
  return new AppError('network', `${path} could not be fetched.`, { retry: 'now', cause, details: { file: path } })
}

function busy({ path }: Artifact, status: number): AppError {
  return new AppError('server-busy', `${path} was answered with HTTP status ${status}.`, {
    retry: 'later',
    details: { file: path, status },
  })
}

function missing({ path }: Artifact, status: number): AppError {
  return new AppError('artifact-missing', `${path} was answered with HTTP status ${status}.`, {
    retry: 'later',
    details: { file: path, status },
  })
}

/** @param bytes how many bytes came, if the number is wrong */
export function damaged(artifact: Artifact, bytes?: number): AppError {
  return new AppError('artifact-damaged', `${artifact.path} arrived with other bytes than its manifest names.`, {
    retry: 'now',
    details: { file: artifact.path, expectedBytes: artifact.bytes, ...(bytes !== undefined && { bytes }) },
  })
}
