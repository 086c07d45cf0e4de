/** A file that somebody gave, with its path below the given folder. */
export interface PickedFile {
  readonly path: string
  readonly file: File
}

/** The pickers of the File System Access API, which not every browser has. */
interface Pickers {
  readonly showDirectoryPicker?: (options: { mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>
  readonly showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>
}

const pickers = (): Pickers => globalThis as unknown as Pickers

export const canWriteFolders = (): boolean => pickers().showDirectoryPicker !== undefined

/** A folder to write to. @throws {DOMException} `AbortError` when nobody wants to choose one */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  return await pickers().showDirectoryPicker?.({ mode: 'readwrite' })
}

/** A file to write to; undefined where pages cannot write files. @throws {DOMException} `AbortError` as `pickFolder` */
export async function pickFile(suggestedName: string): Promise<FileSystemFileHandle | undefined> {
  return await pickers().showSaveFilePicker?.({ suggestedName })
}

/** Hands a Blob to the browser as a download. */
export function offerDownload(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The download soon has a hold of its own on the Blob.
  setTimeout(() => {
    URL.revokeObjectURL(link.href)
  }, 60_000)
}

/** The files of an input of files, or of a folder. */
export const filesOfInput = (files: Iterable<File>): PickedFile[] =>
  Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }))

/** The dropped files and folders, with all that is in them. Call it while the event is handled. */
export async function filesOfDrop(items: Iterable<DataTransferItem>): Promise<PickedFile[]> {
  // All entries must be taken before the first await, because the list is emptied then.
  const entries = Array.from(items, (item) => item.webkitGetAsEntry() ?? item.getAsFile())
  const found: PickedFile[] = []
  for (const entry of entries)
    if (entry instanceof File) found.push({ path: entry.name, file: entry })
    else if (entry) await collect(entry, '', found)
  return found
}

async function collect(entry: FileSystemEntry, folder: string, found: PickedFile[]): Promise<void> {
  const path = folder + entry.name
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject)
    })
    found.push({ path, file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // `readEntries` gives a hundred at a time, and an empty list at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject)
    })
    if (part.length === 0) return
    for (const inner of part) await collect(inner, `${path}/`, found)
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
