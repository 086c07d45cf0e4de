import * as v from 'valibot'
import { omit } from '../shared/omit'
import { archivedChatSchema, type ArchivedChat, type Records } from './archive-format'

/** The longest link, in characters: mail programs and messengers cut longer ones. */
export const LONGEST_LINK = 8000
/** The largest chat from a link, in bytes: compressed text can be a thousand times as large as it looks. */
const LARGEST_CHAT = 2_000_000

/**
 * A chat as a part of an address: compressed JSON in Base64 for addresses. A browser never sends the part behind the #
 * to a server.
 *
 * @returns undefined if it would be longer than `LONGEST_LINK`
 */
export async function toFragment(
  { conversation, messages }: ArchivedChat,
  records: number,
): Promise<string | undefined> {
  const { id, title, createdAt, updatedAt, leafId } = conversation
  const json = JSON.stringify({
    records,
    conversation: { id, title, createdAt, updatedAt, leafId },
    messages: messages.filter(({ damaged }) => !damaged).map((message) => omit(message, 'tokenMarks', 'tokens')),
  })
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  if (bytes.length > LONGEST_LINK) return undefined
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
  return text.length > LONGEST_LINK ? undefined : text
}

/** The chat of such a part; undefined if it is not one, or too large. */
export async function fromFragment(fragment: string, records: Records): Promise<ArchivedChat | undefined> {
  try {
    const binary = atob(fragment.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    const data: unknown = JSON.parse(await textOf(stream))
    const { conversation, messages } = v.parse(archivedChatSchema, data)
    const version = { version: (data as { records?: unknown }).records }
    const read = records.readConversation({ ...conversation, ...version })
    const all = messages.map((message) => ({
      ...records.readMessage({ ...message, ...version }),
      conversationId: read.id,
    }))
    return { conversation: read, messages: all.filter(({ damaged }) => !damaged) }
  } catch {
    return undefined // cut, or made by another program
  }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  let text = ''
  let read = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    read += value.length
    if (read > LARGEST_CHAT) {
      await reader.cancel()
      throw new RangeError('too large')
    }
    text += decoder.decode(value, { stream: true })
  }
}
