import * as v from 'valibot'
import { ARCHIVE_FORMAT, ARCHIVE_VERSION, archivedChatSchema, type ArchivedChat, type Records } from './archive-format'
import { toRecords } from './foreign-chat'
import { FOREIGN_FORMATS } from './foreign-formats'
import { piecesOf } from './read-stream'

/** The reason why a part of a file was left out. */
export type ReadProblem = 'syntax' | 'too-long' | 'unknown-format' | 'newer-version' | 'damaged' | 'empty'

export type ReadResult =
  { readonly at: string; readonly chat: ArchivedChat } | { readonly at: string; readonly problem: ReadProblem }

export interface ReadOptions {
  readonly records: Records
  readonly titleFrom: (question: string) => string
  /** sha256 of a text, in hexadecimal */
  readonly digest: (text: string) => Promise<string>
  /** Told how many bytes have been read. */
  readonly onRead: (bytes: number) => void
}

/** The chats of a file of ours or of another program, and a note for each part that could not be read. */
export async function* readArchive(file: Blob, options: ReadOptions): AsyncGenerator<ReadResult> {
  let recordVersion: unknown = undefined
  let isOurs = false
  for await (const piece of piecesOf(file, options.onRead)) {
    const { at } = piece
    if ('problem' in piece) yield piece
    else if (at === 'format') isOurs = piece.value === ARCHIVE_FORMAT
    else if (at === 'records') recordVersion = piece.value
    else if (at === 'version') {
      if (typeof piece.value !== 'number' || piece.value <= ARCHIVE_VERSION || !isOurs) continue
      yield { at, problem: 'newer-version' }
      return
    } else yield await readOne(at, piece.value, isOurs, recordVersion, options)
  }
}

async function readOne(
  at: string,
  value: unknown,
  isOurs: boolean,
  recordVersion: unknown,
  { records, titleFrom, digest }: ReadOptions,
): Promise<ReadResult> {
  try {
    if (isOurs) return ownChat(at, value, recordVersion, records)
    for (const [kind, read] of FOREIGN_FORMATS) {
      const chat = read(value)
      if (!chat) continue
      if (chat.messages.length === 0) return { at, problem: 'empty' }
      return { at, chat: await toRecords(kind, chat, titleFrom, digest) }
    }
    return { at, problem: 'unknown-format' }
  } catch (error) {
    // Wrong types, or nested so deeply that reading it overflows the stack: only this chat is left out.
    if (v.isValiError(error) || error instanceof RangeError) return { at, problem: 'damaged' }
    throw error
  }
}

function ownChat(at: string, value: unknown, recordVersion: unknown, records: Records): ReadResult {
  const { conversation, messages } = v.parse(archivedChatSchema, value)
  const version = recordVersion === undefined ? {} : { version: recordVersion }
  const read = records.readConversation({ ...conversation, ...version })
  return {
    at,
    chat: {
      conversation: read,
      messages: messages.map((message) => {
        // A damaged record keeps the version that it had in the file.
        const one = records.readMessage({ ...version, ...message })
        const found = one.damaged ? records.readMessage(message) : one
        return { ...found, conversationId: read.id }
      }),
    },
  }
}
