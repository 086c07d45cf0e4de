/**
 * Firefox looks for finished work every 100 ms, and whenever something is submitted (Mozilla's bug 1870699; when that is
 * done, this file can go).
 */
const LOOKS_RARELY = /\bFirefox\//

/** ms between two submits that make it look; browsers let timers run every 4 ms at most. */
const NUDGE_MS = 1

/** Makes the browser see soon that a queue's work is done. @returns the way to end that */
export function nudge(queue: GPUQueue): () => void {
  if (!LOOKS_RARELY.test(navigator.userAgent)) return () => undefined
  const timer = setInterval(() => {
    queue.submit([])
  }, NUDGE_MS)
  return () => {
    clearInterval(timer)
  }
}
