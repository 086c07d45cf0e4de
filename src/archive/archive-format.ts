import * as v from 'valibot'
import type { Conversation, Message } from '../conversations/conversations'

/** A conversation with its messages. */
export interface ArchivedChat {
  readonly conversation: Conversation
  readonly messages: readonly Message[]
}

/** The name that a file of ours begins with. */
export const ARCHIVE_FORMAT = 'thinktab-chats'

/** The version that is written. docs/formats.md says what each has. */
export const ARCHIVE_VERSION = 1

/** One element of `conversations`: two records, read by the same rules as those of the store. */
export const archivedChatSchema = v.object({
  conversation: v.looseObject({ id: v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/)) }),
  messages: v.array(v.looseObject({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(256)) })),
})

/** How records of the store's schema are read and marked; `conversations/record.ts` has it. */
export interface Records {
  /** The version of the records that are written. */
  readonly version: number
  readConversation(record: Readonly<Record<string, unknown>>): Conversation
  /** Gives a damaged message for a record that is not a message. */
  readMessage(record: Readonly<Record<string, unknown>>): Message
}

/** The file in pieces: every field of every record, one conversation a line. @param exportedAt ISO 8601 */
export async function* archiveText(
  chats: AsyncIterable<ArchivedChat>,
  recordVersion: number,
  exportedAt: string,
): AsyncGenerator<string> {
  const head = { format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, records: recordVersion, exportedAt }
  yield `${JSON.stringify(head).slice(0, -1)},"conversations":[`
  let separator = '\n'
  for await (const { conversation, messages } of chats) {
    // A damaged message is exported unchanged.
    const records = messages.map((message) => message.damaged ?? message)
    yield separator + JSON.stringify({ conversation, messages: records })
    separator = ',\n'
  }
  yield '\n]}\n'
}
