/** Calls `listener` once the signal is aborted, at once if it is already; returns a function that ends this. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  return () => {
    signal.removeEventListener('abort', listener)
  }
}

/** Runs `task`, and calls `stop` with the signal's reason if it is aborted before the task has ended. */
export async function withAbort<T>(
  signal: AbortSignal,
  stop: (reason: Error) => void,
  task: () => Promise<T>,
): Promise<T> {
  const listener = () => {
    stop(signal.reason as Error)
  }
  signal.addEventListener('abort', listener, { once: true })
  try {
    return await task()
  } finally {
    signal.removeEventListener('abort', listener)
  }
}

/**
 * Waits for a promise as long as the caller wants; the work behind the promise continues after an abort.
 *
 * @throws the signal's reason when it is aborted first; the reason the promise is rejected with
 */
export async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  if (signal.aborted) {
    // Nobody waits for it any more, so its failure is ignored.
    promise.catch(() => undefined)
    throw signal.reason
  }
  return await new Promise<T>((resolve, reject) => {
    withAbort(signal, reject, () => promise).then(resolve, reject)
  })
}

/** Waits this many ms. @throws the signal's reason when it is aborted meanwhile */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await unlessAborted(signal, new Promise((resolve) => (timer = setTimeout(resolve, ms))))
  } finally {
    clearTimeout(timer)
  }
}
