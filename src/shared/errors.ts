/** All kinds of failures, as names that code can branch on and a catalogue can put into words. */
export const ERROR_CODES = [
  'address-refused',
  'air-gap-impossible',
  'air-gap-leaks',
  'air-gapped',
  'artifact-damaged',
  'artifact-missing',
  'backup-failed',
  'budget-spent',
  'computes-wrongly',
  'device-lost',
  'engine-crashed',
  'engine-moved',
  'engine-silent',
  'generation-failed',
  'import-incomplete',
  'insecure-context',
  'link-damaged',
  'load-ended-page',
  'load-failed',
  'manifest-invalid',
  'model-deleted',
  'model-incomplete',
  'network',
  'no-adapter',
  'no-webgpu',
  'adapter-too-small',
  'fetcher-crashed',
  'gguf-unusable',
  'page-incomplete',
  'passphrase-wrong',
  'place-refused',
  'place-unconfirmed',
  'presets-invalid',
  'prompt-too-long',
  'reply-too-long',
  'repository-missing',
  'repository-unusable',
  'script-missing',
  'script-url-foreign',
  'server-busy',
  'storage-full',
  'storage-newer',
  'storage-short',
  'storage-silent',
  'storage-unavailable',
  'unexpected',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** When a second try makes sense: at once, after a change, or not at all. */
export type Retry = 'now' | 'later' | 'never'

/** Facts about a failure: those in `AppError.message`, for texts in other languages and for "copy details". */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

/** An AppError as plain data: the form for messages of workers and for stored messages. */
export interface ErrorRecord {
  readonly code: ErrorCode
  readonly message: string
  readonly retry: Retry
  readonly details: ErrorDetails
}

/**
 * The one error type of the project. `message` is one English sentence for logs and details; `code` chooses the
 * sentence that people read.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly retry: Retry
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: { retry: Retry; cause?: unknown; details?: ErrorDetails }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retry = options.retry
    this.details = options.details ?? {}
  }

  toRecord(): ErrorRecord {
    return { code: this.code, message: this.message, retry: this.retry, details: this.details }
  }

  static fromRecord(record: ErrorRecord): AppError {
    return new AppError(record.code, record.message, { retry: record.retry, details: record.details })
  }
}

/** Turns any thrown value into an AppError: itself if it is one, else `unexpected` with that value as its cause. */
export function toAppError(thrown: unknown, code: ErrorCode = 'unexpected'): AppError {
  if (thrown instanceof AppError) return thrown
  return new AppError(code, messageOf(thrown), {
    retry: 'later',
    cause: thrown,
    details: { reason: messageOf(thrown) },
  })
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Whether this is the rejection of an aborted signal, which is not a failure. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError'
}
