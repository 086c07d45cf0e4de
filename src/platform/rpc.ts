import { AppError, isAbort, toAppError, type ErrorRecord } from '../shared/errors'
import { withAbort } from './abort'

/** The parts of a call that a procedure gets beside its argument. */
export interface Call<Progress = never> {
  /** Aborted when the page gives up the call. */
  readonly signal: AbortSignal
  /** Sends the page a value before the result, in order; after the result it is lost. */
  readonly report: (progress: Progress) => void
  /** Marks parts of the result that are handed over to the page and not copied. */
  readonly transfer: Transferable[]
}

type Procedure = (argument: never, call: never) => Promise<unknown>

/** An interface whose methods take one argument and a Call: the procedures of a worker, as both sides know them. */
type Procedures<S> = { readonly [K in keyof S]: Procedure }

type Argument<S, K extends keyof S> = S[K] extends (argument: infer A, ...rest: never[]) => unknown ? A : never
type Progress<S, K extends keyof S> = S[K] extends (argument: never, call: Call<infer P>) => unknown ? P : never
type Result<S, K extends keyof S> = S[K] extends (...args: never[]) => Promise<infer R> ? R : never

/** The messages to the worker. */
export type ToWorker =
  | { readonly type: 'call'; readonly call: number; readonly procedure: PropertyKey; readonly argument: unknown }
  | { readonly type: 'abort'; readonly call: number }

type FromWorker =
  | { readonly type: 'progress'; readonly call: number; readonly progress: unknown }
  | { readonly type: 'done'; readonly call: number; readonly result: unknown }
  /** Without an error the call was aborted. */
  | { readonly type: 'failed'; readonly call: number; readonly error: ErrorRecord | undefined }

interface Pending {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onProgress: ((progress: unknown) => void) | undefined
  readonly signal: AbortSignal | undefined
}

/** What serves: a worker, or another page at the end of a port or of a channel that only the two use. */
export type Peer = Worker | MessagePort | BroadcastChannel

/**
 * The page's side of one worker that serves `S`. An ended worker is never used again; another worker is another client.
 */
export class RpcClient<S extends Procedures<S>> {
  readonly #worker: Peer
  readonly #pending = new Map<number, Pending>()
  #calls = 0
  #ended: { readonly reason: Error } | undefined

  /**
   * @param crashed called once, with the reason, when the worker stops by itself or cannot start, and with a code where its
   *   script could not be loaded; returns the error of its calls
   */
  constructor(worker: Peer, crashed: (reason: string, code?: 'script-missing') => Error) {
    this.#worker = worker
    const crash = (reason: string, code?: 'script-missing') => {
      if (!this.#ended) this.end(crashed(reason, code))
    }
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      const pending = this.#pending.get(data.call)
      if (data.type === 'progress') pending?.onProgress?.(data.progress)
      else if (data.type === 'done') pending?.resolve(data.result)
      else pending?.reject(data.error ? AppError.fromRecord(data.error) : pending.signal?.reason)
    }
    if ('onerror' in worker)
      worker.onerror = (event) => {
        event.preventDefault()
        // An error of the script itself has a message.
        if (event.message) crash(event.message)
        else crash('The worker could not be started.', 'script-missing')
      }
    worker.onmessageerror = () => {
      crash('It sent a message that cannot be read.')
    }
  }

  /**
   * Calls a procedure of the worker. Calls may overlap. Aborting `signal` tells the worker, and its procedure then
   * decides how the call ends.
   *
   * @param argument something that can be cloned
   * @throws {AppError} the procedure's error, or `unexpected` if that was no AppError; the signal's reason when the
   *   worker gave up the call for it; the error that the worker ended with
   */
  async call<K extends keyof S>(
    procedure: K,
    argument: Argument<S, K>,
    {
      signal,
      onProgress,
    }: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress<S, K>) => void } = {},
  ): Promise<Result<S, K>> {
    signal?.throwIfAborted()
    if (this.#ended) throw this.#ended.reason
    const call = (this.#calls += 1)
    const abort = () => {
      this.#post({ type: 'abort', call })
    }
    const answered = () =>
      new Promise<unknown>((resolve, reject) => {
        this.#pending.set(call, { resolve, reject, onProgress: onProgress as Pending['onProgress'], signal })
        this.#post({ type: 'call', call, procedure, argument })
      })
    try {
      return (await (signal ? withAbort(signal, abort, answered) : answered())) as Result<S, K>
    } finally {
      this.#pending.delete(call)
    }
  }

  /** Ends the worker at once; its calls, and all later ones, fail with `reason`. */
  end(reason: Error): void {
    this.#ended ??= { reason }
    if ('terminate' in this.#worker) this.#worker.terminate()
    else this.#worker.close()
    for (const { reject } of this.#pending.values()) reject(reason)
    this.#pending.clear()
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}

/** The place where a worker exchanges messages with the page: its global scope, or a MessagePort. */
export interface Scope {
  postMessage(message: unknown, options?: StructuredSerializeOptions): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}

/** The worker's side: runs the page's calls, each by itself, from the next message on. */
export function serve<S extends Procedures<S>>(procedures: S, scope: Scope = globalThis): void {
  const running = new Map<number, AbortController>()
  const post = (message: FromWorker, transfer: Transferable[] = []) => {
    scope.postMessage(message, { transfer })
  }
  const answer = async ({ call, procedure, argument }: Extract<ToWorker, { type: 'call' }>) => {
    const controller = new AbortController()
    const { signal } = controller
    const transfer: Transferable[] = []
    const report = (progress: unknown) => {
      post({ type: 'progress', call, progress })
    }
    running.set(call, controller)
    try {
      // The types of `RpcClient.call` ensure that they fit the procedure.
      const given: readonly [argument: never, call: never] = [argument as never, { signal, report, transfer } as never]
      const result = await procedures[procedure as keyof S](...given)
      post({ type: 'done', call, result }, transfer)
    } catch (error) {
      const givenUp = signal.aborted && isAbort(error)
      post({ type: 'failed', call, error: givenUp ? undefined : toAppError(error).toRecord() })
    } finally {
      running.delete(call)
    }
  }
  scope.onmessage = ({ data }) => {
    if (data.type === 'call') void answer(data)
    else running.get(data.call)?.abort()
  }
}
