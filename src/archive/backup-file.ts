import type { Conversation } from '../conversations/conversations'
import type { ArchivedChat } from './archive-format'

/** The folder, inside the backup's folder, for files that no longer belong to a chat. */
export const SET_ASIDE = 'set-aside'

/** Ids that can be file names everywhere: some systems take A and a for the same name. */
const PLAIN_ID = /^[a-z0-9_-]{1,128}$/
const NAME = /^chat-[a-z0-9_-]+\.json$/

/** The name of a chat's file in a backup. @param digest sha256 of a text, in hexadecimal */
export async function backupName(id: string, digest: (text: string) => Promise<string>): Promise<string> {
  return `chat-${PLAIN_ID.test(id) ? id : (await digest(id)).slice(0, 40)}.json`
}

/** Whether a file of this name belongs to a backup. */
export const isBackupName = (name: string): boolean => NAME.test(name)

/**
 * The part of a chat's record that its file holds. The messages are not compared: an open page is told of each change,
 * and a chat whose file is behind has no stamp.
 */
export function backupStamp({ updatedAt, leafId, title, pinned, folder, settings }: Conversation): string {
  return JSON.stringify([updatedAt, leafId, title, pinned ?? false, folder ?? '', settings ?? {}])
}

/** Whether this chat has all content of a file, so that the file can be replaced by it. */
export function holdsNothingElse(text: string, { messages }: ArchivedChat): boolean {
  try {
    const { conversations } = JSON.parse(text) as { conversations: { messages: { id: unknown }[] }[] }
    const here = new Set<unknown>(messages.map(({ id }) => id))
    return conversations.every((chat) => chat.messages.every(({ id }) => here.has(id)))
  } catch {
    return false // damaged, or made by another program
  }
}
