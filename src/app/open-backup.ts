import { BackupLedger } from '../archive/backup-ledger'
import { IdbConversationStore } from '../conversations/idb-conversation-store'
import { storageReport } from '../platform/persistence'
import type { SettingsStore } from '../platform/settings-store'
import { BackupReminder } from '../state/history/backup-reminder.svelte'
import type { ConversationList } from '../state/history/conversation-list.svelte'
import { FolderBackup } from '../state/history/folder-backup.svelte'

/** The parts that keep copies of chats. */
export interface Backup {
  readonly backup: FolderBackup
  readonly reminder: BackupReminder
}

/**
 * Begins to keep the backup up to date, where there is one, and looks whether a reminder is due.
 *
 * @param isVaulted whether chats are encrypted: then nothing is copied in plain words by itself
 */
export function openBackup(list: ConversationList, settings: SettingsStore, isVaulted: boolean): Backup {
  const now = () => Date.now()
  const reminder = new BackupReminder(settings, now)
  const backup = new FolderBackup({ store: new IdbConversationStore(), ledger: new BackupLedger(), now, isVaulted })
  const remind = async () => {
    await backup.open()
    const [{ persisted }] = await Promise.all([storageReport(), list.complete || list.fill()])
    reminder.look(list.items, { persisted, hasBackup: backup.folderName !== undefined })
  }
  // A browser that can store nothing has nothing to copy; the page says so elsewhere.
  void remind().catch(() => undefined)
  return { backup, reminder }
}
