import { newConversationId, type MessageId } from '../shared/ids'
import type { Conversation, Message } from './conversations'

export type MessageMap = ReadonlyMap<MessageId, Message>

/** The parent of a message whose record does not say which it is. */
export const UNKNOWN_PARENT = '' as MessageId

/** In characters as people see them. */
const TITLE_LENGTH = 60

/** The messages of `map` with these added, or put in place of those with the same ids. */
export function withMessages(map: MessageMap, messages: readonly Message[]): MessageMap {
  return new Map([...map, ...messages.map((message) => [message.id, message] as const)])
}

/**
 * The messages, with a parent for each whose own is not there: the newest one before it, and the same for all that had the
 * same parent. A lost message then costs no more than itself.
 */
export function withFoundParents(messages: MessageMap): MessageMap {
  const orphans = [...messages.values()].filter(({ parentId }) => parentId !== null && !messages.has(parentId))
  const parents = new Map<MessageId | null, MessageId | null>()
  let found = messages
  for (const orphan of orphans.sort((a, b) => a.createdAt - b.createdAt)) {
    const lost = orphan.parentId
    const parentId = parents.get(lost) ?? newestBefore(found, orphan)
    if (lost !== UNKNOWN_PARENT) parents.set(lost, parentId)
    found = withMessages(found, [{ ...orphan, parentId }])
  }
  return found
}

/** Of messages with the same time, the one that is furthest from the root. */
function newestBefore(messages: MessageMap, message: Message): MessageId | null {
  const before = [...messages.values()]
    .filter(({ createdAt }) => createdAt <= message.createdAt)
    .map(({ id, createdAt }) => ({ id, createdAt, path: pathTo(messages, id) }))
    .filter(({ path }) => path.every(({ id }) => id !== message.id))
    .sort((a, b) => a.createdAt - b.createdAt || a.path.length - b.path.length)
  return before.at(-1)?.id ?? null
}

/** The messages from the root to `leaf`, in order; empty if the leaf is not there. A broken parent link ends the path. */
export function pathTo(messages: MessageMap, leaf: MessageId | null): Message[] {
  const path: Message[] = []
  const seen = new Set<MessageId>()
  for (let id = leaf; id !== null && !seen.has(id);) {
    seen.add(id)
    const message = messages.get(id)
    if (!message) break
    path.push(message)
    id = message.parentId
  }
  return path.reverse()
}

/** The messages that share a parent and a role with this one, itself included, oldest first. */
export function siblings(messages: MessageMap, message: Message): Message[] {
  return [...messages.values()]
    .filter((other) => other.parentId === message.parentId && other.role === message.role)
    .sort((a, b) => a.createdAt - b.createdAt)
}

/** The leaf that is reached from a message by following its newest child each time. */
export function newestLeaf(messages: MessageMap, from: MessageId): MessageId {
  const newestChild = new Map<MessageId, Message>()
  for (const message of messages.values()) {
    if (message.parentId === null) continue
    const other = newestChild.get(message.parentId)
    if (!other || message.createdAt >= other.createdAt) newestChild.set(message.parentId, message)
  }
  let leaf = from
  for (let child = newestChild.get(leaf); child; child = newestChild.get(leaf)) {
    newestChild.delete(leaf)
    leaf = child.id
  }
  return leaf
}

/**
 * The leaf to show: the one that is asked for if it is there, else the newest of all.
 *
 * @returns null if there are no messages
 */
export function validLeaf(messages: MessageMap, leaf: MessageId | null): MessageId | null {
  if (leaf !== null && messages.has(leaf)) return leaf
  let newest: Message | undefined
  for (const message of messages.values()) if (!newest || message.createdAt >= newest.createdAt) newest = message
  return newest ? newestLeaf(messages, newest.id) : null
}

/** A conversation's title: the first line of its first question, cut at 60 characters. */
export function titleFrom(question: string): string {
  const line = (question.trim().split('\n', 1)[0] ?? '').trimEnd()
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment)
  return characters.length <= TITLE_LENGTH ? line : `${characters.slice(0, TITLE_LENGTH - 1).join('')}…`
}

/** The messages of `map` but those with these ids. */
export function withoutMessages(map: MessageMap, ids: readonly MessageId[]): MessageMap {
  const gone = new Set(ids)
  return new Map([...map].filter(([id]) => !gone.has(id)))
}

/** A message and all that follow it, on every branch. */
export function descendants(messages: MessageMap, root: MessageId): ReadonlySet<MessageId> {
  const children = new Map<MessageId | null, MessageId[]>()
  for (const { id, parentId } of messages.values()) children.set(parentId, [...(children.get(parentId) ?? []), id])
  const found = new Set<MessageId>()
  const open = [root]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...(children.get(id) ?? []))
  }
  return found
}

/** What is shown once a message is gone: the newest branch beside it, else what it followed. */
export function leafWithout(left: MessageMap, { parentId, role }: Message): MessageId | null {
  const beside = [...left.values()].filter((other) => other.parentId === parentId && other.role === role)
  const newest = beside.sort((a, b) => a.createdAt - b.createdAt).at(-1)
  return newest ? newestLeaf(left, newest.id) : parentId
}

/** A conversation without messages, under an id of its own. @param now ms since the epoch */
export function newConversation(title: string, now: number): Conversation {
  return { id: newConversationId(), title, createdAt: now, updatedAt: now, leafId: null }
}
