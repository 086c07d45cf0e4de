import { afterEach, describe, expect, it, vi } from 'vitest'
import { BackupLedger } from '../../archive/backup-ledger'
import type { Conversation, Message } from '../../conversations/conversations'
import { IdbConversationStore } from '../../conversations/idb-conversation-store'
import { TemporaryStore } from '../../conversations/temporary-store'
import type { ConversationId, MessageId } from '../../shared/ids'
import { FolderBackup } from './folder-backup.svelte'

/** Longer than the pause before changed chats are written. */
const eventually = (assertion: () => void | Promise<void>) => vi.waitFor(assertion, { timeout: 8000, interval: 20 })

/** A folder of the browser's own file system stands in for one of the disk: its handles are of the same kind. */
async function newFolder(): Promise<FileSystemDirectoryHandle> {
  return await (await navigator.storage.getDirectory()).getDirectoryHandle(crypto.randomUUID(), { create: true })
}

const message = (conversation: string, at: number, text: string): Message => ({
  id: `${conversation}-${String(at)}` as MessageId,
  conversationId: conversation as ConversationId,
  parentId: null,
  role: 'user',
  createdAt: at,
  state: 'done',
  text,
})
const conversation = (id: string, updatedAt = 1): Conversation => ({
  id: id as ConversationId,
  title: `Chat ${id}`,
  createdAt: 1,
  updatedAt,
  leafId: null,
})

interface Written {
  readonly format: string
  readonly conversations: readonly { readonly messages: readonly { readonly text: string }[] }[]
}

/** The texts in the files of a folder, by the files' names. */
async function filesOf(folder: FileSystemDirectoryHandle): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for await (const entry of folder.values()) {
    if (!(entry instanceof FileSystemFileHandle)) continue
    const written = JSON.parse(await (await entry.getFile()).text()) as Written
    expect(written.format).toBe('thinktab-chats')
    found[entry.name] = written.conversations.flatMap(({ messages }) => messages.map(({ text }) => text))
  }
  return Object.fromEntries(Object.entries(found).sort())
}

/** A browser with two chats; each `open` is a tab in it. */
async function browser() {
  const name = `backup-${crypto.randomUUID()}`
  const store = new TemporaryStore(new IdbConversationStore(name))
  await store.append(conversation('one'), [message('one', 1, 'first')])
  await store.append(conversation('Two'), [message('Two', 1, 'second')])
  const clock = { now: 5000 }
  /** @param lock of its tabs; a lock of its own makes it a page that is opened after all others were closed */
  const open = async (lock = `${name}-tabs`) => {
    const backup = new FolderBackup({
      store: new IdbConversationStore(name),
      ledger: new BackupLedger(`${name}-ledger`),
      now: () => clock.now,
      name: lock,
    })
    await backup.open()
    return backup
  }
  return { name, store, clock, open }
}

const give = (folder: FileSystemDirectoryHandle) => {
  vi.stubGlobal('showDirectoryPicker', () => Promise.resolve(folder))
}

const saved = (backup: FolderBackup) => eventually(() => expect(backup.status?.reason ?? backup.status?.at).toBe(5000))

afterEach(() => void vi.unstubAllGlobals())

/** A file name for an id with capitals, which some systems would confuse with another one. */
const TWO = /^chat-[0-9a-f]{40}\.json$/

describe('FolderBackup', () => {
  it('writes each chat into a file of its own, and again when it changes; temporary ones never', async () => {
    const { store, open } = await browser()
    const folder = await newFolder()
    give(folder)
    const backup = await open()
    expect(backup.folderName).toBeUndefined()
    expect(await backup.choose()).toBe(true)
    await saved(backup)
    expect(backup.status?.chats).toBe(2)
    const files = await filesOf(folder)
    expect(Object.values(files).flat().sort()).toEqual(['first', 'second'])
    expect(Object.keys(files).map((name) => TWO.test(name))).toContain(true)

    await store.append({ ...conversation('secret'), temporary: true }, [message('secret', 1, 'hidden')])
    await store.append(conversation('one', 2), [message('one', 2, 'more')])
    await eventually(async () => expect((await filesOf(folder))['chat-one.json']).toEqual(['first', 'more']))
    expect(Object.keys(await filesOf(folder))).toHaveLength(2)
  })

  it('moves the file of a deleted chat aside, and never takes the place of an earlier one', async () => {
    const { store, open } = await browser()
    const folder = await newFolder()
    give(folder)
    const backup = await open()
    await backup.choose()
    await saved(backup)
    for (const round of [1, 2]) {
      const removed = await store.remove(['one' as ConversationId])
      await backup.again()
      expect((await filesOf(folder))['chat-one.json']).toBeUndefined()
      const aside = await filesOf(await folder.getDirectoryHandle('set-aside'))
      expect(Object.keys(aside)).toHaveLength(round)
      await store.restore(removed)
      await backup.again()
      expect((await filesOf(folder))['chat-one.json']).toEqual(['first'])
    }
  })

  it('finds in the next page what the last one could not write, and files that have gone', async () => {
    const { name, store, open } = await browser()
    const folder = await newFolder()
    give(folder)
    const backup = await open()
    await backup.choose()
    await saved(backup)
    await store.append(conversation('one', 9), [message('one', 3, 'at the very end')])
    await folder.removeEntry(Object.keys(await filesOf(folder)).find((name) => TWO.test(name)) ?? '')
    const next = await open(`${name}-next`)
    await eventually(async () =>
      expect(Object.values(await filesOf(folder)).flat()).toEqual(
        expect.arrayContaining(['first', 'at the very end', 'second']),
      ),
    )
    expect([next.folderName, next.status?.chats]).toEqual([folder.name, 2])
  })

  it('keeps a file of another browser that has more than this one', async () => {
    const { open } = await browser()
    const folder = await newFolder()
    const theirs = await (await folder.getFileHandle('chat-one.json', { create: true })).createWritable()
    const stranger = { format: 'thinktab-chats', conversations: [{ messages: [{ id: 'other', text: 'theirs' }] }] }
    await theirs.write(JSON.stringify(stranger))
    await theirs.close()
    give(folder)
    const backup = await open()
    await backup.choose()
    await saved(backup)
    expect((await filesOf(folder))['chat-one.json']).toEqual(['first'])
    expect(await filesOf(await folder.getDirectoryHandle('set-aside'))).toEqual({ 'chat-one.json': ['theirs'] })
  })

  it('says when it may not write, when the folder is gone and when the disk is full, and goes on after it', async () => {
    const { store, open } = await browser()
    const folder = await newFolder()
    give(folder)
    const backup = await open()
    await backup.choose()
    await saved(backup)

    const query = vi.fn(() => Promise.resolve('prompt' as PermissionState))
    const ask = vi.fn(() => Promise.resolve('denied' as PermissionState))
    Object.assign(FileSystemDirectoryHandle.prototype, { queryPermission: query, requestPermission: ask })
    await store.append(conversation('one', 2), [message('one', 2, 'meanwhile')])
    await backup.again()
    await eventually(() => expect(backup.problem?.details['problem']).toBe('not-allowed'))
    expect(backup.problem?.retry).toBe('now')
    expect(await backup.allow()).toBe(false)
    ask.mockResolvedValue('granted')
    query.mockResolvedValue('granted')
    expect(await backup.allow()).toBe(true)
    await eventually(() => expect(backup.problem).toBeUndefined())
    expect((await filesOf(folder))['chat-one.json']).toEqual(['first', 'meanwhile'])

    const full = vi
      .spyOn(FileSystemWritableFileStream.prototype, 'write')
      .mockRejectedValue(new DOMException('full', 'QuotaExceededError'))
    await store.append(conversation('one', 3), [message('one', 3, 'too much')])
    await backup.again()
    await eventually(() => expect(backup.problem?.details['problem']).toBe('folder-full'))
    expect((await filesOf(folder))['chat-one.json']).toEqual(['first', 'meanwhile'])
    full.mockRestore()

    await (await navigator.storage.getDirectory()).removeEntry(folder.name, { recursive: true })
    await backup.again()
    await eventually(() => expect(backup.problem?.details['problem']).toBe('folder-gone'))

    give(await newFolder())
    await backup.choose()
    await eventually(() => expect(backup.problem).toBeUndefined())
    expect(backup.status?.chats).toBe(2)
    await backup.stop()
    expect([backup.folderName, backup.status]).toEqual([undefined, undefined])
    for (const name of ['queryPermission', 'requestPermission'])
      Reflect.deleteProperty(FileSystemDirectoryHandle.prototype, name)
  })

  it('is written by one tab, and shown by every one', async () => {
    const { open } = await browser()
    const folder = await newFolder()
    give(folder)
    const first = await open()
    const second = await open()
    await second.choose()
    await saved(second)
    await saved(first)
    expect(first.folderName).toBe(folder.name)
    expect(
      Object.values(await filesOf(folder))
        .flat()
        .sort(),
    ).toEqual(['first', 'second'])
    await first.stop()
    await eventually(() => expect(second.folderName).toBeUndefined())
  })
})
