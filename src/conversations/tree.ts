import { newConversationId, type MessageId } from '../shared/ids'
import type { Conversation, Message } from './conversations'

export type MessageMap = ReadonlyMap<MessageId, Message>

/** The parent of a message whose record does not say which it is. */
export const UNKNOWN_PARENT = '' as MessageId

/** In characters as people see them. */
const TITLE_LENGTH = 60

/** The messages of `map` with these added, or put in place of those with the same ids. */
export function withMessages(map: MessageMap, messages: readonly Message[]): MessageMap {
  const found = new Map(map)
  for (const message of messages) found.set(message.id, message)
  return found
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

type Children = ReadonlyMap<MessageId | null, readonly Message[]>

/** Each message on the page asks for those beside it: looked through once, not once for each. */
const childrenOfMap = new WeakMap<MessageMap, Children>()

/** What follows each message, oldest first; under null the first questions. */
function childrenIn(messages: MessageMap): Children {
  const known = childrenOfMap.get(messages)
  if (known) return known
  const children = new Map<MessageId | null, Message[]>()
  for (const message of messages.values()) {
    const beside = children.get(message.parentId)
    if (beside) beside.push(message)
    else children.set(message.parentId, [message])
  }
  for (const beside of children.values()) beside.sort((a, b) => a.createdAt - b.createdAt)
  childrenOfMap.set(messages, children)
  return children
}

/** The messages that share a parent and a role with this one, itself included, oldest first. */
export function siblings(messages: MessageMap, { parentId, role }: Message): Message[] {
  return (childrenIn(messages).get(parentId) ?? []).filter((other) => other.role === role)
}

/** The leaf that is reached from a message by following its newest child each time. */
export function newestLeaf(messages: MessageMap, from: MessageId): MessageId {
  const children = childrenIn(messages)
  const seen = new Set<MessageId>()
  let leaf = from
  for (let child = children.get(leaf)?.at(-1); child && !seen.has(child.id); child = children.get(leaf)?.at(-1)) {
    seen.add(child.id)
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
  const children = childrenIn(messages)
  const found = new Set<MessageId>()
  const open = [root]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    for (const child of children.get(id) ?? []) open.push(child.id)
  }
  return found
}

/** What is shown once a message is gone: the newest branch beside it, else what it followed. */
export function leafWithout(left: MessageMap, message: Message): MessageId | null {
  const newest = siblings(left, message).at(-1)
  return newest ? newestLeaf(left, newest.id) : message.parentId
}

/** A conversation without messages, under an id of its own. @param now ms since the epoch */
export function newConversation(title: string, now: number): Conversation {
  return { id: newConversationId(), title, createdAt: now, updatedAt: now, leafId: null }
}
