/** A mark of UTF-16, and the encoding that it tells. */
const MARKS = [
  [0xff, 0xfe, 'utf-16le'],
  [0xfe, 0xff, 'utf-16be'],
] as const

/**
 * The text of a file that a spreadsheet may have written. Excel saves CSV in the encoding of its country, without a mark:
 * GB 18030 in China, Windows-1252 in the West. A text that is valid UTF-8 is read as such. Chinese characters of
 * GB 2312 are pairs of bytes of 0xA1 and more, which letters with accents seldom make.
 */
export function suiteText(bytes: Uint8Array): string {
  const marked = MARKS.find(([first, second]) => bytes[0] === first && bytes[1] === second)
  if (marked) return new TextDecoder(marked[2]).decode(bytes)
  return strictly('utf-8', bytes) ?? (isPaired(bytes) ? strictly('gb18030', bytes) : undefined) ?? western(bytes)
}

const western = (bytes: Uint8Array) => new TextDecoder('windows-1252').decode(bytes)

function strictly(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Whether most bytes of 0xA1 and more stand in pairs. */
function isPaired(bytes: Uint8Array): boolean {
  let pairs = 0
  let single = 0
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0xa1) continue
    if ((bytes[at + 1] ?? 0) < 0xa1) single += 1
    else {
      pairs += 1
      at += 1
    }
  }
  return pairs > single
}
