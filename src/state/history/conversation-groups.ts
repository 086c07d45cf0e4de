import type { Conversation } from '../../conversations/conversations'

/** A part of the list under one heading. */
export interface ConversationGroup {
  readonly kind: 'pinned' | 'folder' | 'today' | 'yesterday' | 'week' | 'month' | 'older'
  /** Unlike all other groups'. */
  readonly key: string
  /** The folder's name. */
  readonly folder?: string
  /** For `older`: some time in the month of the group, in ms since the epoch. */
  readonly at?: number
  readonly conversations: readonly Conversation[]
}

/**
 * The list as it is shown: pinned chats, each folder by its name, then all others by the day of their last message. The
 * week begins on Monday; chats older than this month are grouped by months.
 *
 * @param conversations newest first
 * @param now ms since the epoch; days are those of this machine's time zone
 */
export function groupsOf(conversations: readonly Conversation[], now: number): ConversationGroup[] {
  const pinned: Conversation[] = []
  const folders = new Map<string, Conversation[]>()
  const dated = new Map<string, Conversation[]>()
  const dayOf = days(now)
  for (const conversation of conversations) {
    const { folder } = conversation
    if (conversation.pinned) pinned.push(conversation)
    else if (folder !== undefined) push(folders, folder, conversation)
    else push(dated, dayOf(conversation.updatedAt), conversation)
  }
  const named = [...folders].sort(([a], [b]) => a.localeCompare(b))
  return [
    ...(pinned.length > 0 ? [{ kind: 'pinned', key: 'pinned', conversations: pinned } as const] : []),
    ...named.map(([folder, inside]) => ({
      kind: 'folder' as const,
      key: `folder ${folder}`,
      folder,
      conversations: inside,
    })),
    ...Array.from(dated, ([key, inside]) => datedGroup(key, inside)),
  ]
}

function datedGroup(key: string, conversations: readonly Conversation[]): ConversationGroup {
  if (key === 'today' || key === 'yesterday' || key === 'week' || key === 'month')
    return { kind: key, key, conversations }
  return { kind: 'older', key, at: conversations[0]?.updatedAt ?? 0, conversations }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key)
  if (found) found.push(value)
  else map.set(key, [value])
}

/** Names the group of a time. */
function days(now: number): (at: number) => string {
  const today = new Date(now)
  const startOf = (daysBack: number) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - daysBack).getTime()
  const sinceMonday = (today.getDay() + 6) % 7
  const limits = [
    ['today', startOf(0)],
    ['yesterday', startOf(1)],
    ['week', startOf(sinceMonday)],
    ['month', new Date(today.getFullYear(), today.getMonth()).getTime()],
  ] as const
  return (at) => {
    // The clock may have been ahead when the chat was written.
    const found = limits.find(([, from]) => at >= from)
    if (found) return found[0]
    const date = new Date(at)
    return `${date.getFullYear()}-${date.getMonth() + 1}`
  }
}

/** Names of folders that are not empty, in order. */
export function foldersOf(conversations: readonly Conversation[]): string[] {
  return [...new Set(conversations.flatMap(({ folder }) => folder ?? []))].sort((a, b) => a.localeCompare(b))
}
