import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { store } from '../fixtures/stored'
import { said } from '../fixtures/texts'

test.use({ serviceWorkers: 'allow' })

/** No headless browser has a window without IndexedDB; such windows refuse it in these two ways. */
const REFUSALS = {
  'refuses at once': () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
  },
  'fails later': () => {
    const open = Reflect.get(IDBFactory.prototype, 'open')
    IDBFactory.prototype.open = function (this: IDBFactory) {
      const refused = open.call(this, 'refused', 1)
      refused.onupgradeneeded = () => refused.transaction?.abort()
      return refused
    }
  },
}

for (const [name, refuse] of Object.entries(REFUSALS))
  test(`in a window whose IndexedDB ${name}, says so at once, and answers all the same`, async ({ page }) => {
    await page.addInitScript(refuse)
    const chat = new ChatPage(page)
    await chat.open('/?lang=en')
    const notice = page.getByTestId('notice').first()
    await expect(notice).toHaveAttribute('data-code', 'storage-unavailable')
    await expect(notice).toHaveText(said('en', 'error_storage_unavailable'))
    await chat.speak('zh-CN')
    await expect(notice).toHaveText(said('zh-CN', 'error_storage_unavailable'))

    expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
    expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
    await expect(chat.questions).toHaveText([/20 \+ 22/, /30 \+ 12/])
  })

test('where the browser blocks all data of the site, says so, and answers all the same', async ({ page }) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError')
    }
    for (const name of ['localStorage', 'sessionStorage', 'caches'])
      Object.defineProperty(window, name, { get: refuse })
    Object.defineProperty(navigator, 'serviceWorker', { get: refuse })
    IDBFactory.prototype.open = refuse
  })
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await expect(page.getByTestId('notice')).toHaveAttribute('data-code', 'storage-unavailable')
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
  await chat.speak('zh-CN')
  await chat.newChat()
  expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
  await expect(page.getByTestId('chat-item')).toHaveCount(2)
})

/** Opens the chats' database in a page without scripts of the site, and keeps it open if that is its first version. */
async function openDatabase(page: Page, version: number): Promise<void> {
  await page.goto('/about.json')
  await page.evaluate(async (wanted) => {
    await new Promise<void>((resolve) => {
      const opening = indexedDB.open('thinktab-conversations', wanted)
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore('conversations', { keyPath: 'id' }).createIndex('updatedAt', 'updatedAt')
        opening.result.createObjectStore('messages', { keyPath: 'id' }).createIndex('conversationId', 'conversationId')
      }
      opening.onsuccess = () => {
        if (wanted > 1) opening.result.close()
        resolve()
      }
    })
  }, version)
}

test('while a page of an older version keeps the database, answers from memory, and stores it afterwards', async ({
  page,
  context,
}) => {
  const older = await context.newPage()
  await openDatabase(older, 1)
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  const notice = page.getByTestId('notice')
  await expect(notice).toHaveAttribute('data-code', 'storage-silent')
  await expect(notice.locator('p')).toHaveText(said('en', 'error_storage_silent'))
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
  await older.close()
  await expect(notice).toHaveCount(0)
  await page.reload()
  await expect(chat.replies.locator('[data-part=answer]')).toHaveText(['20 + 22 = 42'])
})

test('beside data of a newer version says that this page is the older one, and answers', async ({ page }) => {
  await openDatabase(page, 99)
  const chat = new ChatPage(page)
  await chat.open('/?lang=zh-CN')
  const notice = page.getByTestId('notice')
  await expect(notice).toHaveAttribute('data-code', 'storage-newer')
  await expect(notice.locator('p')).toHaveText(said('zh-CN', 'error_storage_newer'))
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
  await expect(page.getByTestId('chat-item')).toHaveCount(1)
})

/**
 * Lets the browser give a site this many bytes in total. The earlier limit stays valid for a while, so this comes
 * before the site stores anything.
 */
async function setQuota(page: Page, url: string, quotaSize: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, quotaSize })
}

/** Stores bytes in a database of its own until less than a kilobyte has room. */
async function fill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('filler')
      opening.onupgradeneeded = () => opening.result.createObjectStore('files', { autoIncrement: true })
      opening.onsuccess = () => resolve(opening.result)
    })
    const put = (bytes: number) =>
      new Promise<boolean>((resolve) => {
        const transaction = database.transaction('files', 'readwrite')
        transaction.objectStore('files').put(new Blob([new Uint8Array(bytes)])) // text would be compressed
        transaction.oncomplete = () => resolve(true)
        transaction.onabort = () => resolve(false)
      })
    for (const bytes of [4_000_000, 500_000, 50_000, 5_000, 500]) while (await put(bytes));
    database.close()
  })
}

const usage = (page: Page) => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)

test('on a disk without room for the built-in model, answers from memory', async ({ page, baseURL }) => {
  const chat = new ChatPage(page)
  // Nano alone would fit, but then no chat would.
  await setQuota(page, baseURL ?? '', 1_000_000)
  await chat.open('/?lang=en')
  expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
  // The site has no room either. What it had stored of itself is gone again, so the chat is stored.
  const offlineCopy = () =>
    page.evaluate(async () => {
      const name = (await caches.keys()).find((key) => key.startsWith('thinktab-site-'))
      if (name === undefined || (await navigator.serviceWorker.getRegistration())) return 'begun'
      return (await (await caches.open(name)).keys()).length
    })
  await expect.poll(offlineCopy).toBe(0)
  await expect(page.getByTestId('notice')).toHaveCount(0)
  await page.reload()
  expect((await chat.finished(0)).answer).toBe('30 + 12 = 42')
})

test('on a disk that fills up keeps everything in view, says what to free, and stores it when there is room', async ({
  page,
  baseURL,
}) => {
  const chat = new ChatPage(page)
  await setQuota(page, baseURL ?? '', 60_000_000)
  await chat.open('/?lang=en')
  await chat.ask('20 + 22')
  await store(page, [{ id: 'old', title: 'Old chat', turns: [['a', 'x'.repeat(300_000)]] }])
  const address = page.url()
  await page.reload()
  await chat.finished(0)
  await page.evaluate(() => navigator.serviceWorker.ready) // it stores the site, and must not do so later
  await fill(page)

  expect((await chat.ask('30 + 31')).answer).toBe('30 + 31 = 61')
  const notice = page.getByTestId('notice')
  await expect(notice).toHaveAttribute('data-code', 'storage-full')
  await expect(notice.locator('p')).toHaveText(said('en', 'error_storage_full'))
  await chat.speak('zh-CN')
  await expect(notice.locator('p')).toHaveText(said('zh-CN', 'error_storage_full'))
  await chat.speak('en')

  // a chat of which nothing is stored is there like any other, and can be taken out
  await chat.newChat()
  expect((await chat.ask('40 + 2')).answer).toBe('40 + 2 = 42')
  const item = (title: string) => page.getByTestId('chat-item').filter({ hasText: title })
  await item('20 + 22').getByRole('link').click()
  await expect(chat.replies).toHaveCount(2)
  await item('40 + 2').getByRole('link').click()
  await expect(chat.replies.locator('[data-part=answer]')).toHaveText(['40 + 2 = 42'])
  await notice.locator('[data-part=notice-action]').click()
  const downloading = page.waitForEvent('download')
  await page.getByTestId('export-chats').click()
  const exported = await readFile(await (await downloading).path(), 'utf8')
  for (const word of ['20 + 22', '30 + 31', '40 + 2 = **42**', 'Old chat']) expect(exported).toContain(word)
  await page.goto(address)
  await chat.composer.fill('half a thought')
  await expect(chat.questions).toHaveText([/20 \+ 22/, /30 \+ 31/])
  await expect(chat.replies.locator('[data-part=answer]')).toHaveText(['20 + 22 = 42', '30 + 31 = 61'])

  // another chat is deleted, and the text that was only on the page is stored without another question
  await setQuota(page, page.url(), (await usage(page)) + 5_000_000)
  const old = page.getByTestId('chat-item').filter({ hasText: 'Old chat' })
  await old.hover()
  await old.getByTestId('chat-menu').click()
  await old.locator('[data-part=delete]').click()
  await expect(notice).toHaveCount(0)
  await page.goto(address)
  await page.reload()
  await expect(item('40 + 2')).toBeVisible()
  await expect(chat.questions).toHaveText([/20 \+ 22/, /30 \+ 31/])
  await expect(chat.replies.locator('[data-part=answer]')).toHaveText(['20 + 22 = 42', '30 + 31 = 61'])
  await expect(chat.composer).toHaveValue('half a thought')
})
