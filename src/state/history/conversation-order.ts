import type { Conversation } from '../../conversations/conversations'
import type { ConversationId } from '../../shared/ids'

/**
 * The list with these conversations as they were found, each once; conversations of `ids` that were not found are
 * removed.
 */
export function withFound(
  conversations: readonly Conversation[],
  ids: readonly ConversationId[],
  found: readonly Conversation[],
): Conversation[] {
  const read = new Set(ids)
  const once = new Map(found.map((conversation) => [conversation.id, conversation])).values()
  return [...conversations.filter(({ id }) => !read.has(id)), ...once].sort(newestFirst)
}

/** The order of the store's index: for equal times, the greater id first. */
export function newestFirst(a: Conversation, b: Conversation): number {
  return b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1)
}
