/** Token ids of a reply in their stored form: the tokenizer that they belong to, and the result of `packIds`. */
export interface StoredTokens {
  /** The beginning of the sha256 of its tokenizer.json. */
  readonly tokenizer: string
  readonly ids: string
}

/** Ids as text: LEB128 (seven bits a byte, the lowest first; the eighth says that more follow) in base64. */
export function packIds(ids: readonly number[]): string {
  let bytes = ''
  for (const id of ids) {
    let rest = id
    for (; rest > 127; rest >>>= 7) bytes += String.fromCharCode((rest & 127) | 128)
    bytes += String.fromCharCode(rest)
  }
  return btoa(bytes)
}

/** Reverses `packIds`; undefined if the text is not a result of it. */
export function unpackIds(packed: string): number[] | undefined {
  let bytes: string
  try {
    bytes = atob(packed)
  } catch {
    return undefined
  }
  const ids: number[] = []
  let id = 0
  let shift = 0
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes.charCodeAt(index)
    id |= (byte & 127) << shift
    if (byte > 127) {
      shift += 7
      if (shift > 21) return undefined
    } else {
      ids.push(id)
      id = 0
      shift = 0
    }
  }
  return shift === 0 ? ids : undefined
}
