import { groupsOf } from '../state/history/conversation-groups'
import { splitReply } from '../reasoning/think-parser'
import type { ConversationId } from '../shared/ids'
import type { Chat } from '../state/chat/chat.svelte'
import type { ConversationList } from '../state/history/conversation-list.svelte'

/** The chat above (-1) or below (1) the one on the page, in the order of the list; from a new chat, the first. */
export function neighbourOf(chat: Chat, list: ConversationList, by: -1 | 1): ConversationId | undefined {
  const shown = groupsOf(list.items, list.now()).flatMap(({ conversations }) => conversations)
  const at = shown.findIndex(({ id }) => id === chat.shown.conversation?.id)
  return shown[at === -1 ? 0 : at + by]?.id
}

/** The last answer on the page, without its thought. */
export function lastAnswerOf(chat: Chat): string | undefined {
  const reply = chat.shown.path.findLast(({ role }) => role === 'assistant')
  return reply && splitReply(reply.text, !reply.opensThought).answer
}
