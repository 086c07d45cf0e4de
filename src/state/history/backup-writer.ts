import { archiveText, type ArchivedChat } from '../../archive/archive-format'
import { backupName, backupStamp, holdsNothingElse, SET_ASIDE } from '../../archive/backup-file'
import type { BackupLedger, BackupStatus } from '../../archive/backup-ledger'
import { isoTime } from '../../archive/file-name'
import type { ConversationStore } from '../../conversations/conversations'
import { RECORD_VERSION } from '../../conversations/record'
import { Folder, folderProblem } from '../../platform/folder'
import { sha256 } from '../../platform/sha256'
import type { ConversationId } from '../../shared/ids'

/** Files are written this long after the first change, so that a chat in use is not written at every turn; ms. */
const WRITE_AFTER_MS = 3000
/** Conversations read at a time. */
const BATCH = 500
/** After this many files, the number of remaining ones is reported. */
const TELL_EVERY = 20

const digest = (text: string) => sha256(new TextEncoder().encode(text).buffer)

export interface BackupWriterDependencies {
  /**
   * The stored conversations. The store reports changes in every tab, this one included, and knows no temporary chat.
   */
  readonly store: ConversationStore
  readonly ledger: BackupLedger
  /** ms since the epoch */
  readonly now: () => number
  /** Told when `ledger` has another status, and how many chats are still to be written. */
  readonly onStatus: (left: number) => void
}

/** Keeps the files of a backup equal to the chats. Only one tab has a writer. */
export class BackupWriter {
  readonly #deps: BackupWriterDependencies
  readonly #stale = new Set<ConversationId>()
  /** Whether each chat is to be compared with its file's stamp. */
  #compares = true
  #stamps = new Map<string, string>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | undefined

  constructor(dependencies: BackupWriterDependencies) {
    this.#deps = dependencies
  }

  /** From now on files follow chats. Resolves when they have caught up for the first time. */
  async start(): Promise<void> {
    this.#deps.store.onChange(({ id }) => void this.#changed(id))
    await this.compare()
  }

  /** Looks at every chat: the folder may be another one, or may have been out of reach. */
  compare(): Promise<void> {
    this.#compares = true
    return this.#run()
  }

  async #changed(id: ConversationId): Promise<void> {
    this.#stale.add(id)
    if (this.#timer === undefined)
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        void this.#run()
      }, WRITE_AFTER_MS)
    // If the page ends before the file is written, the next page knows.
    if (this.#stamps.has(id)) await this.#deps.ledger.note([id], '').catch(() => undefined)
  }

  #run(): Promise<void> {
    this.#running = (this.#running ?? Promise.resolve()).then(() => this.#update())
    return this.#running
  }

  async #update(): Promise<void> {
    const { ledger, onStatus } = this.#deps
    try {
      const handle = await ledger.folder()
      if (!handle) {
        this.#stale.clear()
        onStatus(0)
        return
      }
      const folder = new Folder(handle)
      if (!(await folder.isAllowed())) throw new DOMException('It has to be allowed again.', 'NotAllowedError')
      if (this.#compares) await this.#compareAll(folder)
      await this.#writeStale(folder)
      await this.#tell()
    } catch (error) {
      // If even this cannot be stored, the page says so elsewhere.
      await this.#tell({ problem: folderProblem(error), reason: String(error) }).catch(() => undefined)
    }
  }

  async #tell(failure?: Pick<BackupStatus, 'problem' | 'reason'>): Promise<void> {
    const { ledger, now, onStatus } = this.#deps
    const before = await ledger.status()
    const at = failure ? (before?.at ?? 0) : now()
    await ledger.setStatus({ at, chats: this.#stamps.size, ...failure })
    onStatus(this.#stale.size)
  }

  async #compareAll(folder: Folder): Promise<void> {
    const { store, ledger } = this.#deps
    const [names, stamps] = [await folder.names(), await ledger.stamps()]
    this.#stamps = stamps
    const known = new Set<string>()
    for (let after: ConversationId | undefined; ;) {
      const batch = await store.batch({ ...(after !== undefined && { after }), limit: BATCH })
      for (const conversation of batch) {
        const { id } = conversation
        known.add(id)
        const isThere = names.has(await backupName(id, digest))
        if (!isThere || stamps.get(id) !== backupStamp(conversation)) this.#stale.add(id)
      }
      after = batch.at(-1)?.id
      if (batch.length < BATCH) break
    }
    for (const id of stamps.keys()) if (!known.has(id)) this.#stale.add(id as ConversationId)
    this.#compares = false
  }

  async #writeStale(folder: Folder): Promise<void> {
    let written = 0
    for (const id of this.#stale) {
      this.#stale.delete(id)
      try {
        await this.#writeOne(folder, id)
      } catch (error) {
        this.#stale.add(id)
        throw error
      }
      written += 1
      if (written % TELL_EVERY === 0) this.#deps.onStatus(this.#stale.size)
    }
  }

  async #writeOne(folder: Folder, id: ConversationId): Promise<void> {
    const { store, ledger, now } = this.#deps
    const name = await backupName(id, digest)
    const [conversation, messages] = await Promise.all([store.get(id), store.messages(id)])
    if (!conversation) {
      await folder.setAside(name, SET_ASIDE)
      await ledger.forget(id)
      this.#stamps.delete(id)
      return
    }
    const chat = { conversation, messages }
    if (!this.#stamps.has(id)) await keepStranger(folder, name, chat)
    await folder.write(name, await contentOf(chat, now()))
    // A chat that is still being written, or has changed meanwhile, is behind already.
    const isBehind = this.#stale.has(id) || messages.some(({ state }) => state === 'streaming')
    const stamp = isBehind ? '' : backupStamp(conversation)
    this.#stamps.set(id, stamp)
    await ledger.note([id], stamp)
  }
}

/** A file of this name that was not written here, with content that this browser lacks, is kept under another name. */
async function keepStranger(folder: Folder, name: string, chat: ArchivedChat): Promise<void> {
  const stranger = await folder.file(name).catch(() => undefined)
  if (stranger && !holdsNothingElse(await stranger.text(), chat)) await folder.setAside(name, SET_ASIDE)
}

async function contentOf(chat: ArchivedChat, now: number): Promise<Blob> {
  const parts: string[] = []
  // eslint-disable-next-line @typescript-eslint/require-await -- archiveText takes what is read as it goes
  const one = async function* () {
    yield chat
  }
  for await (const part of archiveText(one(), RECORD_VERSION, isoTime(now))) parts.push(part)
  return new Blob(parts, { type: 'application/json' })
}
