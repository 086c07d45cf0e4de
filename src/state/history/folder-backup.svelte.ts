import type { BackupLedger, BackupStatus } from '../../archive/backup-ledger'
import { isBackupName } from '../../archive/backup-file'
import type { ConversationStore } from '../../conversations/conversations'
import { Channel } from '../../platform/channel'
import { canWriteFolders, pickFolder } from '../../platform/files'
import { Folder } from '../../platform/folder'
import { withLock } from '../../platform/locks'
import { AppError, isAbort } from '../../shared/errors'
import { BackupWriter } from './backup-writer'

/** Messages between tabs: the folder or its permission has changed; the status has changed. */
type Told = { readonly type: 'folder' } | { readonly type: 'status'; readonly left: number }

export interface FolderBackupDependencies {
  /** A store of its own, see `BackupWriter`: a store does not report changes that are made through itself. */
  readonly store: ConversationStore
  readonly ledger: BackupLedger
  /** ms since the epoch */
  readonly now: () => number
  /** Whether a vault keeps the chats: then there is no backup in plain words. */
  readonly isVaulted?: boolean
  /** Of its lock and its channel. */
  readonly name?: string
}

/** A backup of every stored chat into a folder of this device, which keeps itself up to date while the page is open. */
export class FolderBackup {
  /** Whether this browser lets pages write into folders. */
  readonly isPossible = canWriteFolders()
  /** Whether there is none because of a vault. */
  readonly isVaulted: boolean
  /** The name of the folder; undefined without a backup. */
  folderName = $state<string>()
  /** Undefined before its first files are written. */
  status = $state.raw<BackupStatus>()
  /** Chats that are still to be written, as far as is known. */
  left = $state(0)
  /** Whether a person has just started an action that is not done yet. */
  busy = $state(false)
  readonly #deps: FolderBackupDependencies
  readonly #channel: Channel<Told>
  #folder: Folder | undefined
  /** Set only in the one tab that writes. */
  #writer: BackupWriter | undefined

  constructor(dependencies: FolderBackupDependencies) {
    this.#deps = dependencies
    this.isVaulted = dependencies.isVaulted ?? false
    this.#channel = new Channel<Told>(dependencies.name ?? 'thinktab-backup')
  }

  /** Reads the status of the backup. From then on one of the tabs writes. */
  async open(): Promise<void> {
    if (!this.isPossible || this.isVaulted) return
    this.#channel.listen((told) => {
      if (told.type === 'status') this.left = told.left
      else void this.#writer?.compare()
      void this.#look()
    })
    await this.#look()
    const forever = new Promise<void>(() => undefined)
    void withLock(this.#deps.name ?? 'thinktab-backup', new AbortController().signal, async () => {
      this.#writer = new BackupWriter({ ...this.#deps, onStatus: (left) => this.#tell(left) })
      await this.#writer.start()
      await forever
    })
  }

  /** The reason why the backup does not go on, if there is one. */
  get problem(): AppError | undefined {
    const { problem, reason = '' } = this.status ?? {}
    if (problem === undefined) return undefined
    return new AppError('backup-failed', `The folder of the backup cannot be written to: ${reason}`, {
      retry: problem === 'not-allowed' ? 'now' : 'later',
      details: { problem, reason },
    })
  }

  /** Lets somebody choose the folder. @returns false if nobody did */
  async choose(): Promise<boolean> {
    const handle = await pickFolder().catch((error: unknown) => {
      if (isAbort(error)) return undefined
      throw error
    })
    if (!handle) return false
    await this.#change(() => this.#deps.ledger.begin(handle))
    return true
  }

  /** Asks for the folder again, as browsers require after each start. @returns whether it may be written to */
  async allow(): Promise<boolean> {
    const allowed = (await this.#folder?.ask()) ?? false
    if (allowed) await this.#change()
    return allowed
  }

  /** Looks at every chat and writes those that are behind. */
  again(): Promise<void> {
    return this.#change()
  }

  /** Ends the backup. Its files stay. */
  stop(): Promise<void> {
    return this.#change(() => this.#deps.ledger.end())
  }

  /** The files of the folder, for an import. @throws {DOMException} if the folder cannot be reached */
  async files(): Promise<File[]> {
    const folder = this.#folder
    if (!folder) return []
    const names = [...(await folder.names())].filter(isBackupName)
    return await Promise.all(names.map((name) => folder.file(name)))
  }

  async #change(change?: () => Promise<void>): Promise<void> {
    this.busy = true
    try {
      await change?.()
      await this.#look()
      this.#channel.post({ type: 'folder' })
      await this.#writer?.compare()
      await this.#look()
    } finally {
      this.busy = false
    }
  }

  #tell(left: number): void {
    this.left = left
    this.#channel.post({ type: 'status', left })
    void this.#look()
  }

  async #look(): Promise<void> {
    const { ledger } = this.#deps
    const [handle, status] = await Promise.all([ledger.folder(), ledger.status()])
    this.#folder = handle && new Folder(handle)
    this.folderName = handle?.name
    this.status = status
  }
}
