/**
 * Calls a function when the page is left or closed; a page that crashes or is killed has no time for it. Returns a
 * function that cancels this.
 */
export function onLeaving(leave: () => void): () => void {
  addEventListener('pagehide', leave)
  return () => removeEventListener('pagehide', leave)
}
