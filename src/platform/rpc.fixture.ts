import type { ErrorRecord } from '../shared/errors'
import type { Scope, ToWorker } from './rpc'

/**
 * A worker in this thread: the same messages, cloned as between threads. @param start starts the worker's procedures
 */
export function workerHere(start: (scope: Scope) => void): Worker {
  const { port1, port2 } = new MessageChannel()
  start(port2)
  return Object.assign(port1, {
    onerror: null,
    terminate: () => {
      port1.close()
    },
  }) as unknown as Worker
}

/** A worker whose answers the test gives, for faults that cannot be provoked at will. */
export class FakeWorker {
  /** The messages sent to it, in order. */
  readonly received: ToWorker[] = []
  terminated = false
  onmessage: ((event: { data: unknown }) => void) | null = null
  onerror: ((event: { message: string; preventDefault: () => void }) => void) | null = null
  onmessageerror: (() => void) | null = null

  postMessage(message: ToWorker): void {
    this.received.push(message)
  }

  terminate(): void {
    this.terminated = true
  }

  /** The arguments of a procedure's calls. */
  asked(procedure: string): readonly unknown[] {
    return this.#calls(procedure).map(({ argument }) => argument)
  }

  /** Whether a procedure's newest call was aborted. */
  gaveUp(procedure: string): boolean {
    const call = this.#newest(procedure)
    return this.received.some((message) => message.type === 'abort' && message.call === call)
  }

  report(procedure: string, progress: unknown): void {
    this.onmessage?.({ data: { type: 'progress', call: this.#newest(procedure), progress } })
  }

  answer(procedure: string, result: unknown): void {
    this.onmessage?.({ data: { type: 'done', call: this.#newest(procedure), result } })
  }

  refuse(procedure: string, error: ErrorRecord): void {
    this.onmessage?.({ data: { type: 'failed', call: this.#newest(procedure), error } })
  }

  crash(message = ''): void {
    this.onerror?.({ message, preventDefault: () => undefined })
  }

  #calls(procedure: string): readonly (ToWorker & { type: 'call' })[] {
    return this.received.filter((message) => message.type === 'call').filter((call) => call.procedure === procedure)
  }

  #newest(procedure: string): number | undefined {
    return this.#calls(procedure).at(-1)?.call
  }
}
