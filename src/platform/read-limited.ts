/**
 * The bytes of an answer, up to a limit. An answer that never ends, or unpacks to gigabytes, is left as soon as it is
 * longer: nothing more of it is fetched or kept in memory.
 *
 * @param limit in bytes, after unpacking
 * @returns undefined where there are more
 * @throws {TypeError} where the connection breaks
 */
export async function readLimited(response: Response, limit: number): Promise<Blob | undefined> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > limit) {
      // A connection that is gone needs no closing.
      reader.cancel().catch(() => undefined)
      return undefined
    }
    parts.push(value)
  }
  return new Blob(parts)
}
