import type { FallbackStep } from '../models/fallback'
import { AppError, type ErrorCode } from '../shared/errors'
import type { RecoveryStep } from './replies'

/** Failures of a device or an engine, after which the same model may write on. */
const FAILURES: ReadonlySet<ErrorCode> = new Set(['device-lost', 'engine-crashed', 'engine-silent'])

/** A load may fail with these as long as a device is coming back. */
const LOAD_FAILURES: ReadonlySet<ErrorCode> = new Set([
  ...FAILURES,
  'adapter-too-small',
  'load-failed',
  'no-adapter',
  'no-webgpu',
])

/** How often a model is loaded as it was before it has to make do with less. */
const TRIES = 2

/** A browser starts its GPU process again within this time, in ms. */
const PAUSE_MS = 500

/** Between tries to find the engine, in ms. */
const MOVE_MS = 100

interface Step {
  /** Absent where nothing has failed: the engine serves another tab first, or has to be found again. */
  readonly step?: RecoveryStep
  /** Pause before it, in ms. */
  readonly pauseMs: number
}

/** Decides what to do about the failures of the model that writes one reply. */
export class Recovery {
  readonly #fallBack: (tokens: number) => FallbackStep | undefined
  #failures = 0

  /** @param fallBack has the model run in a less demanding way that holds this many tokens, if there is one */
  constructor(fallBack: (tokens: number) => FallbackStep | undefined) {
    this.#fallBack = fallBack
  }

  /**
   * @param tokens tokens of prompt and reply so far
   * @returns undefined if nothing can be done about this error
   */
  after(error: unknown, tokens: number): Step | undefined {
    if (error instanceof AppError && error.code === 'engine-moved') return { pauseMs: MOVE_MS }
    const codes = this.#failures === 0 ? FAILURES : LOAD_FAILURES
    if (!(error instanceof AppError) || !codes.has(error.code)) return undefined
    this.#failures += 1
    if (this.#failures <= TRIES) return { step: 'again', pauseMs: (this.#failures - 1) * PAUSE_MS }
    const step = this.#fallBack(tokens)
    return step && { step, pauseMs: PAUSE_MS }
  }
}
