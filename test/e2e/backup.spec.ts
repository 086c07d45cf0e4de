import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { store } from '../fixtures/stored'
import { violations } from '../fixtures/violations'

const CHATS = [
  { id: 'heat', title: 'Heat pumps', turns: [['How?', '</think>\n\nIt moves warmth.']] },
  { id: 'cats', title: '小猫咪', turns: [['我家的小猫咪很可爱', '</think>\n\n是的。']] },
] as const
const DAY = 24 * 60 * 60 * 1000

/** A folder of the browser's own file system stands in for one of the disk: its handles are of the same kind. */
async function open(page: Page) {
  await page.addInitScript(() => {
    Object.assign(globalThis, {
      showDirectoryPicker: async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('Copies', { create: true }),
    })
  })
  const chat = new ChatPage(page)
  await chat.open()
  await store(page, CHATS)
  await page.reload()
  await expect(page.getByTestId('chat-item')).toHaveCount(2)
  return chat
}

/** The files of the folder, by their names; one that is replaced at this moment is left out. */
const files = (page: Page, below?: string) =>
  page.evaluate(async (name) => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('Copies')
    const folder = name === undefined ? root : await root.getDirectoryHandle(name)
    const found: Record<string, string> = {}
    for await (const entry of folder.values()) {
      const file = entry instanceof FileSystemFileHandle && (await entry.getFile().catch(() => undefined))
      if (file) found[entry.name] = await file.text()
    }
    return found
  }, below)

test('keeps a copy of every chat in a folder, through reloads, and can be taken in again', async ({ page }) => {
  const chat = await open(page)
  await page.goto('/#/history')
  const backup = page.getByTestId('backup')
  await expect(backup).toHaveAttribute('data-state', 'off')
  await page.locator('[data-part=backup-choose]').click()
  await expect(backup).toHaveAttribute('data-state', 'done')
  await expect(backup).toHaveAttribute('data-chats', '2')
  expect(await violations(page)).toEqual([])
  expect(Object.keys(await files(page)).sort()).toEqual(['chat-cats.json', 'chat-heat.json'])

  // after a reload the folder is known, and the next question follows
  await chat.newChat()
  await page.reload()
  await chat.ask('20 + 22')
  await expect
    .poll(async () => Object.values(await files(page)).some((text) => text.includes('20 + 22 = **42**')), {
      timeout: 15_000,
    })
    .toBe(true)

  // a temporary chat leaves no trace
  await page.getByTestId('temporary-chat').click()
  await chat.ask('11 + 12')
  await page.goto('/#/history')
  const row = page.getByTestId('chat-item').filter({ hasText: 'Heat pumps' })
  await row.hover()
  await row.getByTestId('chat-menu').click()
  await page.locator('[role=menu] [data-part=delete]').click()
  await expect.poll(async () => Object.keys(await files(page)), { timeout: 15_000 }).not.toContain('chat-heat.json')
  expect(Object.values(await files(page)).join()).not.toContain('11 + 12')
  expect(Object.keys(await files(page, 'set-aside'))).toEqual(['chat-heat.json'])

  // all files at once, as a person would choose them
  const saved = Object.entries({ ...(await files(page)), ...(await files(page, 'set-aside')) })
  await page
    .getByTestId('import-chats')
    .setInputFiles(saved.map(([name, text]) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) })))
  await expect(page.getByTestId('import')).toHaveAttribute('data-added', '1')
  await expect(page.getByTestId('import')).toHaveAttribute('data-known', '2')
  await expect(page.getByTestId('chat-item').filter({ hasText: 'Heat pumps' })).toHaveCount(1)

  // and straight from the folder
  await page.locator('[data-part=backup-take]').click()
  await expect(page.getByTestId('import')).toHaveAttribute('data-problems', '0')
  await page.locator('[data-part=backup-stop]').click()
  await expect(backup).toHaveAttribute('data-state', 'off')
  expect(Object.keys(await files(page))).toContain('chat-cats.json')
})

test('says in the sidebar when the folder has to be allowed again, and goes on with one click', async ({ page }) => {
  await open(page)
  await page.goto('/#/history')
  await page.locator('[data-part=backup-choose]').click()
  await expect(page.getByTestId('backup')).toHaveAttribute('data-state', 'done')
  // as after a start of the browser
  await page.addInitScript(() => {
    let state = 'prompt'
    Object.assign(FileSystemDirectoryHandle.prototype, {
      queryPermission: () => Promise.resolve(state),
      requestPermission: () => Promise.resolve((state = 'granted')),
    })
  })
  await page.reload()
  await expect(page.getByTestId('backup')).toHaveAttribute('data-state', 'waiting')
  const note = page.getByTestId('backup-note')
  await expect(note).toHaveAttribute('data-problem', 'not-allowed')
  expect(await violations(page)).toEqual([])
  await page.locator('[data-part=backup-note-allow]').click()
  await expect(note).toHaveCount(0)
  await expect(page.getByTestId('backup')).toHaveAttribute('data-state', 'done')
})

test('reminds of a copy once a month, not in the first week, and never again when told so', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await store(
    page,
    Array.from({ length: 6 }, (_, at) => ({ ...CHATS[0], id: `chat-${String(at)}`, turns: [] })),
  )
  const note = page.getByTestId('backup-reminder')
  const visit = async (days: number) => {
    await page.evaluate((at) => localStorage.setItem('thinktab-first-seen', String(at)), Date.now() - days * DAY)
    const loaded = page.waitForResponse(/BackupNote/)
    await page.reload()
    await loaded
  }
  await visit(6)
  await expect(page.getByTestId('chat-item')).toHaveCount(6)
  await expect(note).toHaveCount(0)
  await visit(8)
  await expect(note).toContainText('6')
  expect(await violations(page)).toEqual([])
  await visit(9)
  await expect(note).toHaveCount(0)
  await page.evaluate((at) => localStorage.setItem('thinktab-backup-reminded', String(at)), Date.now() - 31 * DAY)
  await visit(60)
  await page.locator('[data-part=remind-never]').click()
  await expect(note).toHaveCount(0)
  await page.goto('/#/history')
  await expect(page.locator('[data-part=remind-wanted]')).not.toBeChecked()
})
