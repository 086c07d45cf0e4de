/**
 * A chunk of the site that many places on the page ask for; the first of them fetches it. A separate `import()` in each
 * of a thousand messages would search the whole document a thousand times for a chunk that is loaded already. A failed
 * fetch is repeated for the next place.
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    return loaded
  }
}
