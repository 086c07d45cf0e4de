import { clear, del, entries, get, set, setMany, type UseStore } from 'idb-keyval'
import { openStore } from '../platform/open-store'
import { storageErrors } from '../platform/storage-error'

/** The state of a backup, as every tab shows it. */
export interface BackupStatus {
  /** When the last of its files was written, in ms since the epoch. */
  readonly at: number
  /** Chats that have a file. */
  readonly chats: number
  /** The reason why it does not go on: a `FolderProblem`. */
  readonly problem?: string
  /** The same reason in the browser's words. */
  readonly reason?: string
}

const CHAT = 'chat/'

/** The state of a backup in this browser: its folder, whether it works, and which state of each chat its files have. */
export class BackupLedger {
  readonly #store: UseStore

  /** @param database its name */
  constructor(database = 'thinktab-backup') {
    this.#store = openStore(database, 'backup')
  }

  /** @throws {AppError} `storage-unavailable` or `storage-full`, as all methods do */
  async folder(): Promise<FileSystemDirectoryHandle | undefined> {
    return await storageErrors(() => get<FileSystemDirectoryHandle>('folder', this.#store))
  }

  /** Starts again with another folder. */
  async begin(folder: FileSystemDirectoryHandle): Promise<void> {
    await storageErrors(async () => {
      await clear(this.#store)
      await set('folder', folder, this.#store)
    })
  }

  async end(): Promise<void> {
    await storageErrors(() => clear(this.#store))
  }

  async status(): Promise<BackupStatus | undefined> {
    return await storageErrors(() => get<BackupStatus>('status', this.#store))
  }

  async setStatus(status: BackupStatus): Promise<void> {
    await storageErrors(() => set('status', status, this.#store))
  }

  /** The stamp of each chat that has a file; '' where the file is behind. */
  async stamps(): Promise<Map<string, string>> {
    const all = await storageErrors(() => entries<string, unknown>(this.#store))
    return new Map(
      all.flatMap(([key, stamp]) =>
        key.startsWith(CHAT) && typeof stamp === 'string' ? [[key.slice(CHAT.length), stamp] as const] : [],
      ),
    )
  }

  async note(ids: Iterable<string>, stamp: string): Promise<void> {
    await storageErrors(() =>
      setMany(
        Array.from(ids, (id) => [CHAT + id, stamp]),
        this.#store,
      ),
    )
  }

  async forget(id: string): Promise<void> {
    await storageErrors(() => del(CHAT + id, this.#store))
  }
}
