/** Files below this size gain nothing from several threads: their matrices are too small to be shared (decision 0008). */
const SHARED_FROM_BYTES = 64 * 1024 * 1024
/** More threads than this wait for the memory, not for each other. */
const MOST = 8

/** The facts about a browser that decide. */
export interface ThreadFacts {
  /** Whether the page may share memory between threads. */
  readonly isolated: boolean
  /** Logical processors, as the browser tells; often two for each core. */
  readonly processors: number
}

/** Threads for a model of this many bytes: at most the physical cores, as far as they can be known. */
export function threadsFor(bytes: number, { isolated, processors }: ThreadFacts): number {
  if (!isolated || bytes < SHARED_FROM_BYTES) return 1
  // With two logical processors, each is usually a core: phones and virtual machines have no hyper-threading.
  return Math.max(1, Math.min(MOST, processors <= 2 ? processors : Math.floor(processors / 2)))
}
