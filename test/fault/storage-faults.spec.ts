import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { store } from '../fixtures/stored'
import { said } from '../fixtures/texts'

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
      const higher = open.call(this, 'refused', 2)
      higher.onsuccess = () => {
        higher.result.close()
      }
      return open.call(this, 'refused', 1) // fails, because the version is lower
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
  await setQuota(page, baseURL ?? '', 1_000_000)
  await chat.open('/?lang=en')
  expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
  await expect(page.getByTestId('notice')).toHaveCount(0)
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
  await expect(notice).toHaveText(said('en', 'error_storage_full'))
  await chat.speak('zh-CN')
  await expect(notice).toHaveText(said('zh-CN', 'error_storage_full'))
  await chat.speak('en')
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
  await expect(chat.questions).toHaveText([/20 \+ 22/, /30 \+ 31/])
  await expect(chat.replies.locator('[data-part=answer]')).toHaveText(['20 + 22 = 42', '30 + 31 = 61'])
  await expect(chat.composer).toHaveValue('half a thought')
})
