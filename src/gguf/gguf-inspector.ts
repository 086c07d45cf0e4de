import { withAbort } from '../platform/abort'
import { AppError } from '../shared/errors'
import { ggufUnusable } from '../shared/gguf-problem'
import type { FromGguf, GgufModel, ToGguf } from './gguf-protocol'

/** To start the worker and read a header; a vocabulary of 260,000 tokens from a slow disk takes a second or two (ms). */
const READ_MS = 20_000
/** For the template of a file, which takes milliseconds (ms). */
const TEMPLATE_MS = 2000

/** Of a file elsewhere, so much is fetched at first: more than most headers have, and little of a model (bytes). */
const FIRST_FETCH = 8 * 1024 * 1024

/** A file of which any part can be had. */
export interface RemoteFile {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Its bytes from `start` to before `end`. */
  readonly part: (start: number, end: number, signal: AbortSignal) => Promise<Blob>
}

/** Looks at GGUF files, each in a worker of its own, which is ended with the answer or without one. */
export class GgufInspector {
  readonly #start: () => Worker

  /** @param start makes the worker, which speaks gguf-protocol.ts */
  constructor(start: () => Worker) {
    this.#start = start
  }

  /**
   * What a GGUF file is and how to talk to it. Only its header is read.
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
   * The same of a file elsewhere, of which no more is fetched than its header: four times as much as long as that is not enough.
   *
   * @throws {AppError} as `inspect` does, and what `part` throws
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

  /** @returns what the file is, or up to where its beginning is needed */
  async #look(request: ToGguf, signal: AbortSignal, name: string): Promise<GgufModel | number> {
    signal.throwIfAborted()
    const worker = this.#start()
    let patience: ReturnType<typeof setTimeout> | undefined
    try {
      return await new Promise<GgufModel | number>((resolve, reject) => {
        const wait = (ms: number, error: AppError) => {
          clearTimeout(patience)
          patience = setTimeout(reject, ms, error)
        }
        const answered = new Promise<GgufModel | number>((done, failed) => {
          worker.onmessage = ({ data }: MessageEvent<FromGguf>) => {
            if (data.type === 'read')
              wait(TEMPLATE_MS, ggufUnusable('template-too-slow', { file: name, ms: TEMPLATE_MS }))
            else if (data.type === 'more') done(data.upTo)
            else if (data.type === 'done') done(data.model)
            else failed(named(data.error, name))
          }
          worker.onerror = (event) => {
            event.preventDefault()
            failed(new AppError('unexpected', `The reader of GGUF files stopped: ${event.message}`, { retry: 'now' }))
          }
        })
        wait(READ_MS, ggufUnusable('unreadable', { file: name, ms: READ_MS }))
        withAbort(signal, reject, () => answered).then(resolve, reject)
        worker.postMessage(request)
      })
    } finally {
      clearTimeout(patience)
      worker.terminate()
    }
  }
}

/** An error that says of which file it is. */
function named(record: Parameters<typeof AppError.fromRecord>[0], file: string): AppError {
  return AppError.fromRecord({ ...record, details: { ...record.details, file } })
}
