/**
 * The first bytes of an answer, or all of it if it is shorter. Nothing more of it is fetched or kept in memory.
 *
 * @param most in bytes, after unpacking
 * @throws {TypeError} where the connection breaks before that
 */
export async function readFirst(response: Response, most: number): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  // Not `for await`: Safari 26 and Chrome before 124 have no async iteration of streams.
  const reader = (response.body ?? new Blob().stream()).getReader()
  for (let have = 0; have < most; have += parts.at(-1)?.length ?? 0) {
    const part = await reader.read()
    if (part.done) break
    parts.push(part.value)
  }
  // A connection that is gone needs no closing.
  reader.cancel().catch(() => undefined)
  return new Blob(parts).slice(0, most)
}

/**
 * The bytes of an answer, up to a limit. An answer that never ends, or unpacks to gigabytes, is left as soon as it is
 * longer.
 *
 * @param limit in bytes, after unpacking
 * @returns undefined where there are more
 * @throws {TypeError} where the connection breaks
 */
export async function readLimited(response: Response, limit: number): Promise<Blob | undefined> {
  const first = await readFirst(response, limit + 1)
  return first.size > limit ? undefined : first
}
