/** Bytes that this site may still store, as the browser estimates; undefined where it does not say. */
export async function freeSpace(): Promise<number | undefined> {
  try {
    const { storage } = globalThis.navigator
    const { quota, usage } = await storage.estimate()
    return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage)
  } catch {
    return undefined // no such function, or refused: then the write itself will tell
  }
}
