/** Part of an artifact, in bytes; `end` is the first byte that does not belong to it. */
export interface Range {
  readonly start: number
  readonly end: number
}

export const sizeOf = ({ start, end }: Range): number => end - start

/** The parts of `bytes` bytes that no stored range covers; the ranges lie in order and do not overlap. */
export function gapsBetween(stored: readonly Range[], bytes: number): Range[] {
  const starts = [0, ...stored.map(({ end }) => end)]
  const ends = [...stored.map(({ start }) => start), bytes]
  return starts.map((start, index) => ({ start, end: ends[index] ?? bytes })).filter(({ start, end }) => start < end)
}

/** Cuts ranges into equal pieces of at most `pieceBytes`. */
export function cut(ranges: readonly Range[], pieceBytes: number): Range[] {
  return ranges.flatMap(({ start, end }) => {
    const count = Math.ceil((end - start) / pieceBytes)
    const size = Math.ceil((end - start) / count)
    return Array.from({ length: count }, (_, index) => ({
      start: start + index * size,
      end: Math.min(end, start + (index + 1) * size),
    }))
  })
}
