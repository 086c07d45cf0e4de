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
