/** The methods that Chromium adds to handles; it asks the person again after each start of the browser. */
interface Asked {
  readonly queryPermission?: (options: { mode: 'readwrite' }) => Promise<PermissionState>
  readonly requestPermission?: (options: { mode: 'readwrite' }) => Promise<PermissionState>
}

/** A folder of this device that somebody has let the page write to. Its handle can be stored, and outlasts the page. */
export class Folder {
  readonly handle: FileSystemDirectoryHandle

  constructor(handle: FileSystemDirectoryHandle) {
    this.handle = handle
  }

  get name(): string {
    return this.handle.name
  }

  /** Whether the page may write to it now, without asking. */
  async isAllowed(): Promise<boolean> {
    const state = await (this.handle as Asked).queryPermission?.({ mode: 'readwrite' })
    return state === undefined || state === 'granted'
  }

  /** Asks for permission; only after a click. @returns whether the page may write to it */
  async ask(): Promise<boolean> {
    const state = await (this.handle as Asked).requestPermission?.({ mode: 'readwrite' })
    return state === undefined || state === 'granted'
  }

  /** Names of the files in it, but not in folders below. @throws {DOMException} as all methods below, see `folderProblem` */
  async names(): Promise<Set<string>> {
    const found = new Set<string>()
    for await (const entry of this.handle.values()) if (entry.kind === 'file') found.add(entry.name)
    return found
  }

  /** A file of it. */
  async file(name: string): Promise<File> {
    return await (await this.handle.getFileHandle(name)).getFile()
  }

  /**
   * Writes a file, or replaces it: the browser writes beside it and swaps the two at the end, so the file is always
   * whole.
   */
  async write(name: string, content: Blob): Promise<void> {
    const writable = await (await this.handle.getFileHandle(name, { create: true })).createWritable()
    try {
      await writable.write(content)
    } catch (error) {
      await writable.abort().catch(() => undefined)
      throw error
    }
    await writable.close()
  }

  /** Moves a file into a folder below this one, under a name that is free there. A missing file counts as moved. */
  async setAside(name: string, below: string): Promise<void> {
    const content = await this.file(name).catch((error: unknown) => {
      if (folderProblem(error) === 'folder-gone') return undefined
      throw error
    })
    if (!content) return
    const target = new Folder(await this.handle.getDirectoryHandle(below, { create: true }))
    const taken = await target.names()
    const [, stem = name, extension = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? []
    let free = name
    for (let number = 2; taken.has(free); number += 1) free = `${stem} (${number})${extension}`
    // First the copy, then the end of the original: one of the two is always whole.
    await target.write(free, content)
    await this.handle.removeEntry(name)
  }
}

/** The reason why a folder could not be used. */
export type FolderProblem = 'not-allowed' | 'folder-gone' | 'folder-full' | 'other'

const PROBLEMS: Readonly<Record<string, FolderProblem>> = {
  NotAllowedError: 'not-allowed',
  SecurityError: 'not-allowed',
  NoModificationAllowedError: 'not-allowed',
  NotFoundError: 'folder-gone',
  QuotaExceededError: 'folder-full',
}

/** The meaning of a folder's failure for people. */
export function folderProblem(thrown: unknown): FolderProblem {
  return (thrown instanceof DOMException ? PROBLEMS[thrown.name] : undefined) ?? 'other'
}
