/** Whether a person can see this page. */
export const isVisible = (): boolean => document.visibilityState === 'visible'

/** Calls `listener` whenever this page becomes visible or hidden. Returns a function that ends this. */
export function onVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => {
    document.removeEventListener('visibilitychange', listener)
  }
}
