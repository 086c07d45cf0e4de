import { delay } from '../platform/abort'
import type { RequestFailure } from './fetch-range'

/** Failures in a row after which a source counts as gone for the rest of a download. */
const MOST_FAILURES = 6
/**
 * The limit for a source without any answer, when another has answered: the line works, so this source is probably out
 * of reach.
 */
const MOST_FAILURES_OF_SILENT = 3
/** A source that asks for a longer pause counts as gone, so that the person is told. */
const LONGEST_WAIT_MS = 120_000
const LONGEST_BACKOFF_MS = 30_000

/** A folder on a server that holds the model's artifacts, and the facts learnt about it in this download. */
export class Source {
  /** Whether it answers a request for a part of a file with that part, as far as is known. */
  ranges = true
  /** Failures in a row. */
  failures = 0
  /** Not to be asked before this time, in ms since the page began. */
  notBefore = 0
  /** Why the last request failed. */
  failure: RequestFailure | undefined
  /** Whether it has answered at all in this download. */
  answered = false
  readonly folder: string
  #failedAt = 0

  /** @param folder absolute URL with a slash at its end */
  constructor(folder: string) {
    this.folder = folder
  }

  get host(): string {
    return new URL(this.folder).host
  }

  /** Bytes came. */
  succeeded(): void {
    this.answered = true
    this.failures = 0
  }

  /**
   * A request failed that had begun at `startedAt`. Connections that break together count as one failure.
   *
   * The source rests for as long as it asks, or by exponential backoff with jitter from `backoffMs` on.
   */
  failed(failure: RequestFailure, startedAt: number, backoffMs: number): void {
    this.failure = failure
    if (failure.error.code === 'server-busy') this.answered = true
    if (startedAt < this.#failedAt) return
    this.#failedAt = performance.now()
    this.failures += 1
    const backoff = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2)
    this.notBefore = this.#failedAt + (failure.waitMs ?? backoff)
  }

  get silent(): boolean {
    return !this.answered && this.failures >= MOST_FAILURES_OF_SILENT
  }

  get gone(): boolean {
    return this.failures >= MOST_FAILURES || this.notBefore - performance.now() > LONGEST_WAIT_MS
  }
}

/**
 * The source to ask now: the one that is free earliest, then the one with the fewest failures, then the first in order.
 */
export function bestOf(sources: readonly Source[]): Source | undefined {
  const now = performance.now()
  const waitOf = ({ notBefore }: Source) => Math.max(0, notBefore - now)
  return sources.filter((source) => !source.gone).sort((a, b) => waitOf(a) - waitOf(b) || a.failures - b.failures)[0]
}

/** Waits until the source may be asked. @throws the signal's reason when it is aborted on the way */
export async function untilReady(source: Source, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const wait = source.notBefore - performance.now()
  if (wait <= 0) return
  await delay(wait, signal)
}
