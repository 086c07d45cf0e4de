/**
 * A decoder over the bytes of each token, as llama.cpp has them. A character cut in the middle of its UTF-8 bytes becomes
 * U+FFFD.
 */
export function pieceDecoder(pieces: readonly Uint8Array[]): (ids: Int32Array) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return (ids) => {
    const bytes = Array.from(ids, (id) => pieces[id] ?? new Uint8Array())
    const joined = new Uint8Array(bytes.reduce((length, piece) => length + piece.length, 0))
    let at = 0
    for (const piece of bytes) {
      joined.set(piece, at)
      at += piece.length
    }
    return decoder.decode(joined)
  }
}
