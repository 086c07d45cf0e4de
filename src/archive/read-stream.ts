import { JSONParser } from '@streamparser/json'

/** A part of a file, with its place: `line 3` or `[12]`. */
export type Piece =
  | { readonly at: string; readonly value: unknown }
  /** The text at this place cannot be read; in JSON, neither can the text behind it. */
  | { readonly at: string; readonly problem: 'syntax' | 'too-long' }

/** The first bytes of a file that are looked at to find out its format. */
const LOOKED_AT = 64 * 1024
/** The longest line that is read, in UTF-16 units. */
const LONGEST_LINE = 64 * 1024 * 1024
/** Places of chats in an object: ours and those of stores of other programs. */
const PLACES = ['$.conversations.*', '$.sessions.*', '$.state.sessions.*', '$.*.sessions.*', '$.data.*']
/** Fields that describe a file of ours. */
const HEAD = ['$.format', '$.version', '$.records']

/**
 * The chats of a file, one after the other, and the fields at its head under their names. Memory holds one chat of the
 * file at a time.
 *
 * @param onRead told how many bytes have been read
 * @throws {DOMException} `NotReadableError` if the file cannot be read
 */
export async function* piecesOf(file: Blob, onRead: (bytes: number) => void): AsyncGenerator<Piece> {
  const start = (await file.slice(0, LOOKED_AT).text()).trimStart()
  if (isLines(start)) yield* linesOf(file, onRead)
  else if (start.startsWith('[')) yield* jsonOf(file, ['$.*'], onRead)
  else if (isOneChat(start)) yield* jsonOf(file, ['$'], onRead)
  else yield* jsonOf(file, [...HEAD, ...PLACES], onRead)
}

/** Whether the first line is a value of its own, and another one follows. */
function isLines(start: string): boolean {
  const [first = '', second = ''] = start.split(/\r?\n/, 2)
  // A line longer than that is one of several only if it begins like a chat of its own.
  if (!first.startsWith('{') || second.trim() === '') return false
  try {
    JSON.parse(first)
    return true
  } catch {
    return false
  }
}

const isOneChat = (start: string) =>
  /^\{\s*"(?:conv|mapping|chat|messages|id|title|topic)"/.test(start) && !/^\{[^{[]*"(?:sessions|format)"/.test(start)

async function* linesOf(file: Blob, onRead: (bytes: number) => void): AsyncGenerator<Piece> {
  const decoder = new TextDecoder()
  let rest = ''
  let line = 0
  for await (const bytes of chunksOf(file, onRead)) {
    rest += decoder.decode(bytes, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      line += 1
      yield* lineOf(text, line)
    }
    if (rest.length > LONGEST_LINE) {
      yield { at: `line ${String(line + 1)}`, problem: 'too-long' }
      return
    }
  }
  yield* lineOf(rest + decoder.decode(), line + 1)
}

function* lineOf(text: string, line: number): Generator<Piece> {
  if (text.trim() === '') return
  const at = `line ${String(line)}`
  try {
    yield { at, value: JSON.parse(text) as unknown }
  } catch {
    yield { at, problem: 'syntax' }
  }
}

async function* jsonOf(file: Blob, paths: string[], onRead: (bytes: number) => void): AsyncGenerator<Piece> {
  const parser = new JSONParser({ paths, keepStack: false })
  const found: Piece[] = []
  let failed = false
  let last = '$'
  parser.onValue = ({ value, key, stack }) => {
    const at = [...stack.slice(1).map((one) => one.key), key]
    last = pathOf(at)
    found.push({ at: last, value })
  }
  parser.onError = () => {
    failed = true
  }
  for await (const bytes of chunksOf(file, onRead)) {
    if (parser.isEnded) break
    try {
      parser.write(bytes)
    } catch {
      failed = true
    }
    yield* found.splice(0)
    if (failed) break
  }
  if (failed || !parser.isEnded) yield { at: `after ${last}`, problem: 'syntax' }
}

const pathOf = (keys: readonly (string | number | undefined)[]) =>
  keys
    .filter((key) => key !== undefined)
    .map((key) => (typeof key === 'number' ? `[${String(key)}]` : key))
    .join('.')
    .replaceAll('.[', '[') || '$'

async function* chunksOf(file: Blob, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader()
  let read = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
      read += value.length
      onRead(read)
    }
  } finally {
    await reader.cancel()
  }
}
