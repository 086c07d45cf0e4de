import { withAbort } from '../platform/abort'
import { RpcClient } from '../platform/rpc'
import { AppError } from '../shared/errors'
import { ggufUnusable } from '../shared/gguf-problem'
import type { GgufModel, GgufProcedures } from './gguf-protocol'

/** To start the worker and read a header; a vocabulary of 260,000 tokens from a slow disk takes a second or two (ms). */
const READ_MS = 20_000
/** For the template of a file, which takes milliseconds (ms). */
const TEMPLATE_MS = 2000

/** The bytes that are fetched first of a file elsewhere: more than most headers have, and little of a model. */
const FIRST_FETCH = 8 * 1024 * 1024

/** A file whose parts can be fetched. */
export interface RemoteFile {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Its bytes from `start` to before `end`. */
  readonly part: (start: number, end: number, signal: AbortSignal) => Promise<Blob>
}

/** Looks at GGUF files, each in a worker of its own, which is ended after the answer or a failure. */
export class GgufInspector {
  readonly #start: () => Worker

  /** @param start makes the worker, which serves gguf-protocol.ts */
  constructor(start: () => Worker) {
    this.#start = start
  }

  /**
   * The kind of a GGUF file and how to talk to it. Only its header is read.
   *
   * @param name of the file, for sentences about it
   * @throws {AppError} `gguf-unusable` with a `reason` (GgufProblem) and the `file`; `unexpected` if the worker cannot be started;
   *   the signal's reason when it is aborted
   */
  async inspect(file: Blob, signal: AbortSignal, name = file instanceof File ? file.name : ''): Promise<GgufModel> {
    const found = await this.#look({ file, size: file.size }, signal, name)
    if (typeof found === 'number') throw ggufUnusable('cut-header', { file: name, bytes: file.size, atLeast: found })
    return found
  }

  /**
   * Inspects a file elsewhere and fetches only its header: each time the part is too short, it fetches four times as
   * much.
   *
   * @throws {AppError} as `inspect` does, and the errors of `part`
   */
  async inspectRemote({ name, size, part }: RemoteFile, signal: AbortSignal): Promise<GgufModel> {
    let have = new Blob()
    for (let wanted = FIRST_FETCH; ;) {
      have = new Blob([have, await part(have.size, Math.min(wanted, size), signal)])
      const found = await this.#look({ file: have, size }, signal, name)
      if (typeof found !== 'number') return found
      wanted = Math.max(found, 4 * have.size)
    }
  }

  /** @returns the facts of the file, or up to which byte its beginning is needed */
  async #look(asked: { file: Blob; size: number }, signal: AbortSignal, name: string): Promise<GgufModel | number> {
    signal.throwIfAborted()
    const client = new RpcClient<GgufProcedures>(
      this.#start(),
      (reason) => new AppError('unexpected', `The reader of GGUF files stopped: ${reason}`, { retry: 'now' }),
    )
    // The worker may be running a stranger's program, which reads no message.
    const end = (reason: Error) => {
      client.end(reason)
    }
    let patience: ReturnType<typeof setTimeout> | undefined
    const wait = (ms: number, error: AppError) => {
      clearTimeout(patience)
      patience = setTimeout(end, ms, error)
    }
    wait(READ_MS, ggufUnusable('unreadable', { file: name, ms: READ_MS }))
    const onProgress = () => {
      wait(TEMPLATE_MS, ggufUnusable('template-too-slow', { file: name, ms: TEMPLATE_MS }))
    }
    try {
      return await withAbort(signal, end, () => client.call('inspect', asked, { onProgress }))
    } catch (error) {
      throw error instanceof AppError ? named(error, name) : error
    } finally {
      clearTimeout(patience)
      end(new DOMException('The file was looked at.', 'AbortError'))
    }
  }
}

/** An error that names its file. */
function named(error: AppError, file: string): AppError {
  const { details, ...record } = error.toRecord()
  return AppError.fromRecord({ ...record, details: { ...details, file } })
}
