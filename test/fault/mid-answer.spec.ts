/** Faults in the middle of an answer on the processor: what has come stays, and one press goes on with it. */
import { expect, test, type Browser, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { computingWorker, LONG_QUESTION, midAnswer, slowDown } from '../fixtures/slow-engine'

/** llama.cpp waits so long at each of its replies, in ms: the answer takes some seconds. */
const SLOW_MS = 15

/** The whole answer, of a model that nothing interrupts. */
let whole: string
const textOf = ({ thought, answer }: { thought: string; answer: string }) => `${thought}\n${answer}`
/** The text of a reply so far. */
const soFar = async ({ replies }: ChatPage) =>
  ((await replies.locator('[data-part=thought-text]').textContent()) ?? '').trim()

/** Opens a page that has written the answer once, and then writes it slowly, up to its middle. */
async function open(page: Page): Promise<ChatPage> {
  test.setTimeout(300_000)
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  whole = textOf(await chat.ask(LONG_QUESTION))
  await chat.newChat()
  await slowDown(page, SLOW_MS)
  return await midAnswer(page)
}

/** Goes on with a reply that broke off, by one press, to the end that it would have had. */
async function goesOn(page: Page): Promise<void> {
  await page.getByTestId('continue').click()
  const chat = new ChatPage(page)
  await expect(chat.replies).toHaveAttribute('data-state', 'done', { timeout: 60_000 })
  expect(textOf(await chat.finished(0))).toBe(whole)
  await expect(chat.questions).toHaveCount(1)
}

test('an engine that fails is started again, and the answer comes to the same end', async ({ page }) => {
  const chat = await open(page)
  await page
    .workers()
    .find((worker) => worker.url().includes('cpu-worker'))
    ?.evaluate(() => {
      setTimeout(() => {
        throw new Error('out of order')
      })
    })
  await expect(chat.replies.locator('[data-part=recovering]')).toHaveAttribute('data-step', 'again')
  expect(textOf(await chat.finished(0))).toBe(whole)
  await expect(page.getByTestId('notice')).toHaveCount(0)
})

test('an engine that ends without a word is noticed after two minutes, and started again', async ({ page }) => {
  await page.clock.install()
  const chat = await open(page)
  await computingWorker(page)?.evaluate(() => self.close())
  const before = await soFar(chat)
  await page.clock.runFor(110_000)
  expect(await soFar(chat)).toBe(before)
  await page.clock.runFor(20_000)
  expect(textOf(await chat.finished(0))).toBe(whole)
})

/** Longer than the rest of the answer would take. */
const standingStill = () => new Promise((resolve) => setTimeout(resolve, 10_000))

/** The processes that draw pages and run their workers. */
async function renderers(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

test('a process that stands still for a while comes to the end of its answer', async ({ page, browser }) => {
  const chat = await open(page)
  const ids = await renderers(browser)
  expect(ids.length).toBeGreaterThan(0)
  for (const id of ids) process.kill(id, 'SIGSTOP')
  await standingStill()
  for (const id of ids) process.kill(id, 'SIGCONT')
  // it did stand still: the rest takes seconds
  await expect(chat.replies).toHaveAttribute('data-state', 'streaming')
  expect(textOf(await chat.finished(0))).toBe(whole)
})

test('a tab that the browser is told to freeze comes to the end of its answer', async ({ page, context }) => {
  const chat = await open(page)
  const session = await context.newCDPSession(page)
  // Chromium freezes no page that holds a Web Lock, as one that writes does.
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  expect(textOf(await chat.finished(0))).toBe(whole)
})

test('a tab that crashes leaves the text to the next one, which goes on', async ({ page, context }) => {
  const chat = await open(page)
  const before = await soFar(chat)
  await page.waitForTimeout(1000) // what is older than a second must not be lost
  const address = page.url()
  const crashed = page.waitForEvent('crash')
  const session = await context.newCDPSession(page)
  session.send('Page.crash').catch(() => undefined) // nobody answers
  await crashed
  const next = await context.newPage()
  await next.goto(address)
  const reopened = new ChatPage(next)
  await expect(reopened.replies.locator('[data-part=ended]')).toHaveAttribute('data-reason', 'closed')
  expect((await soFar(reopened)).startsWith(before)).toBe(true)
  await goesOn(next)
})

test('a disk that fills up lets the answer end, says so, and stores it when there is room', async ({
  page,
  context,
  baseURL,
}) => {
  const session = await context.newCDPSession(page)
  const { origin } = new URL(baseURL ?? '')
  const setQuota = (quotaSize: number) => session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize })
  // an earlier limit stays valid for a while, so this comes before the site stores anything
  await setQuota(60_000_000)
  const chat = await open(page)
  await page.evaluate(async () => {
    const opening = indexedDB.open('filler')
    opening.onupgradeneeded = () => opening.result.createObjectStore('files', { autoIncrement: true })
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const put = (bytes: number) =>
      new Promise<boolean>((resolve) => {
        const transaction = opening.result.transaction('files', 'readwrite')
        transaction.objectStore('files').put(new Blob([new Uint8Array(bytes)]))
        transaction.oncomplete = () => resolve(true)
        transaction.onabort = () => resolve(false)
      })
    for (const bytes of [16_000_000, 4_000_000, 500_000, 50_000, 5_000, 500]) while (await put(bytes));
  })
  await expect(page.getByTestId('notice')).toHaveAttribute('data-code', 'storage-full')
  expect(textOf(await chat.finished(0))).toBe(whole)
  await setQuota(120_000_000)
  await expect(page.getByTestId('notice')).toHaveCount(0, { timeout: 60_000 })
  await page.reload()
  expect(textOf(await chat.finished(0))).toBe(whole)
})

test('a database that the browser deletes takes nothing off the page, which puts the chat back', async ({
  page,
  context,
  baseURL,
}) => {
  const chat = await open(page)
  const session = await context.newCDPSession(page)
  const { origin } = new URL(baseURL ?? '')
  await session.send('IndexedDB.deleteDatabase', { securityOrigin: origin, databaseName: 'thinktab-conversations' })
  await page.getByTestId('deleted-elsewhere').locator('[data-part=put-back]').click({ timeout: 60_000 })
  expect(textOf(await chat.finished(0))).toBe(whole)
  await page.reload()
  expect(textOf(await chat.finished(0))).toBe(whole)
  await expect(chat.questions).toHaveCount(1)
})
