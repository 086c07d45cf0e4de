/**
 * The one result of a function that takes its time, such as a chunk of the site that several places ask for. A call that
 * fails is made again for the next place. Where a thousand messages ask, `import()` itself would be slow: each call searches
 * the document for what is fetched already.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

/**
 * The same for an `{#await}` that stands in every message: the promise, and once it is fulfilled its value, which is shown at
 * once. Of every promise that an `{#await}` has waited for, Svelte 5.57 keeps a signal as long as the page is open
 * (`untracked_writes` in its runtime).
 */
export function onceArrived<T>(make: () => Promise<T>): () => T | Promise<T> {
  let arrived: { readonly value: T } | undefined
  const made = once(async () => {
    const value = await make()
    arrived = { value }
    return value
  })
  return () => (arrived ? arrived.value : made())
}
