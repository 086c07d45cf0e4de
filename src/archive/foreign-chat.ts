import type { Conversation, Message } from '../conversations/conversations'
import type { ConversationId, MessageId } from '../shared/ids'
import type { ArchivedChat } from './archive-format'

/** A message of another program's file. */
export interface ForeignMessage {
  /** Within its chat. */
  readonly key: string
  readonly parent: string | null
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly thought?: string
  /** ms since the epoch */
  readonly at?: number
  readonly model?: string
}

/** A chat of another program's file. */
export interface ForeignChat {
  /** Its id there, if the format has ids. */
  readonly id?: string
  readonly title: string
  readonly instructions?: string
  readonly createdAt?: number
  readonly updatedAt?: number
  /** Parents come before their children. */
  readonly messages: readonly ForeignMessage[]
  /** The last message of the branch that was shown. */
  readonly leaf?: string
}

/** The longest title, in UTF-16 units: people read no more. */
const LONGEST_TITLE = 200
/** The longest instructions that a conversation's settings hold. */
const LONGEST_INSTRUCTIONS = 20_000

/**
 * A chat of another program as records of ours. The same chat gives the same ids, so that a file that comes twice adds nothing.
 *
 * @param digest sha256 of a text, in hexadecimal
 */
export async function toRecords(
  kind: string,
  chat: ForeignChat,
  titleFrom: (question: string) => string,
  digest: (text: string) => Promise<string>,
): Promise<ArchivedChat> {
  const source = chat.id ?? JSON.stringify([chat.title, chat.messages.map(({ role, text }) => [role, text])])
  const id = (await digest(`${kind}\n${source}`)).slice(0, 32)
  const order = new Map(chat.messages.map(({ key }, index) => [key, `${id}-${String(index)}` as MessageId]))
  const idOf = (key: string | null | undefined) => order.get(key ?? '') ?? null
  const start = chat.createdAt ?? chat.messages.find(({ at }) => at !== undefined)?.at ?? chat.updatedAt ?? 0
  let at = start
  const messages = chat.messages.map((message, index): Message => {
    at = message.at ?? at
    return {
      id: `${id}-${String(index)}` as MessageId,
      conversationId: id as ConversationId,
      parentId: idOf(message.parent),
      role: message.role,
      // Siblings are told apart by their time.
      createdAt: at + (message.at === undefined ? index / 1000 : 0),
      state: 'done',
      ...textOf(message),
      ...(message.model !== undefined && { modelId: message.model }),
    }
  })
  const question = chat.messages.find(({ role }) => role === 'user')?.text ?? ''
  const instructions = chat.instructions?.slice(0, LONGEST_INSTRUCTIONS)
  const conversation: Conversation = {
    id: id as ConversationId,
    title: (chat.title.trim() || titleFrom(question)).slice(0, LONGEST_TITLE),
    createdAt: start,
    updatedAt: chat.updatedAt ?? messages.at(-1)?.createdAt ?? start,
    leafId: idOf(chat.leaf) ?? messages.at(-1)?.id ?? null,
    ...(instructions && { settings: { instructions } }),
  }
  return { conversation, messages }
}

/** A reply itself shows where its thought begins; no text in an answer is taken for one. */
function textOf({ role, text, thought }: ForeignMessage): Pick<Message, 'text' | 'opensThought'> {
  if (role === 'user') return { text }
  if (thought) return { text: `<think>\n${thought}\n</think>\n\n${text}`, opensThought: true }
  return { text, opensThought: true }
}
