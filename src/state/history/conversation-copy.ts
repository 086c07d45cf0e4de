import type { Message, RemovedConversation } from '../../conversations/conversations'
import { titleFrom } from '../../conversations/tree'
import { newConversationId, newMessageId, type MessageId } from '../../shared/ids'
import { omit } from '../../shared/omit'

/**
 * The same conversation, branches and all, under ids of its own. A damaged message is left out: it can only be in its
 * own place.
 */
export function copyOf(
  { conversation, messages }: RemovedConversation,
  title: string,
  now: number,
): RemovedConversation {
  const id = newConversationId()
  const sound = messages.filter(({ damaged }) => !damaged)
  const ids = new Map(sound.map((message) => [message.id, newMessageId()] as const))
  const newId = (old: MessageId | null) => (old === null ? null : (ids.get(old) ?? null))
  const rest = omit(conversation, 'pinned', 'recovered', 'temporary', 'summary')
  const through = conversation.summary && newId(conversation.summary.through)
  return {
    conversation: {
      ...rest,
      id,
      title: title || titleOf(sound),
      createdAt: now,
      updatedAt: now,
      leafId: newId(conversation.leafId),
      ...(conversation.summary && through && { summary: { ...conversation.summary, through } }),
    },
    messages: sound.map((message) => ({
      ...message,
      id: ids.get(message.id) ?? newMessageId(),
      conversationId: id,
      parentId: newId(message.parentId),
      // The original's page continues to write only the original.
      state: message.state === 'streaming' ? 'stopped' : message.state,
    })),
  }
}

/** A temporary chat has no title before it is kept. */
function titleOf(messages: readonly Message[]): string {
  return titleFrom(messages.find(({ role }) => role === 'user')?.text ?? '')
}
