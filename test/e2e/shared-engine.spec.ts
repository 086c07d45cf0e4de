import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

const QUESTION = '38472 + 29561'
const ANSWER = '38472 + 29561 = 68033'

const isEngine = (worker: { url(): string }) => worker.url().includes('cpu-worker')
const engines = (...pages: Page[]) => pages.flatMap((page) => page.workers().filter(isEngine)).length

/** Lets an engine need this much longer for each step, in ms. */
async function slowDown(page: Page, ms: number): Promise<void> {
  await page
    .workers()
    .find(isEngine)
    ?.evaluate((pause) => {
      setInterval(() => {
        for (const end = performance.now() + pause; performance.now() < end;);
      }, 1)
    }, ms)
}

/** Two tabs; the first has the engine, whose steps take long. */
async function twoTabs(page: Page): Promise<{ leader: ChatPage; other: ChatPage }> {
  const leader = new ChatPage(page)
  await leader.open('/?lang=en')
  expect((await leader.ask('3 + 4')).answer).toBe('3 + 4 = 7')
  const other = new ChatPage(await page.context().newPage())
  await other.open('/?lang=en')
  await slowDown(page, 30)
  return { leader, other }
}

/** Asks, and waits until some of the thought is there. */
async function midAnswer(chat: ChatPage): Promise<void> {
  await chat.send(QUESTION)
  await expect(chat.replies.last().locator('[data-part=thought-text]')).toContainText('1')
}

test('two tabs share one engine, and the second finds its model loaded', async ({ page }) => {
  const { other } = await twoTabs(page)
  expect(await other.ask(QUESTION)).toMatchObject({ state: 'done', answer: ANSWER })
  await expect(other.model).toHaveAttribute('data-state', 'ready')
  expect(engines(page, other.page)).toBe(1)
})

test('a question waits for that of another tab, says so, and can be stopped meanwhile', async ({ page }) => {
  const { leader, other } = await twoTabs(page)
  await midAnswer(leader)
  await other.send(QUESTION)
  const queued = other.replies.locator('[data-part=queued]')
  await expect(queued).toHaveAttribute('data-before', '1')
  await other.page.getByTestId('stop').click()
  expect(await other.finished(0)).toMatchObject({ state: 'stopped', answer: '' })
  await other.send('3 + 4')
  await expect(queued).toBeVisible()
  expect(await leader.finished(1)).toMatchObject({ state: 'done', answer: ANSWER })
  expect(await other.finished(1)).toMatchObject({ state: 'done', answer: '3 + 4 = 7' })
})

test('a reply goes on in its own tab when the tab that has the engine is closed', async ({ page }) => {
  const { leader, other } = await twoTabs(page)
  await midAnswer(other)
  const before = await other.replies.locator('[data-part=thought-text]').innerText()
  await leader.page.close({ runBeforeUnload: true })
  const reply = await other.finished(0)
  expect(reply).toMatchObject({ state: 'done', answer: ANSWER })
  expect(reply.thought.startsWith(before)).toBe(true)
  expect(engines(other.page)).toBe(1)
})

test('a reply goes on in its own tab when the tab that has the engine crashes', async ({ page }) => {
  const { leader, other } = await twoTabs(page)
  await midAnswer(other)
  const crashed = leader.page.waitForEvent('crash')
  await leader.page.goto('chrome://crash').catch(() => undefined)
  await crashed
  expect(await other.finished(0)).toMatchObject({ state: 'done', answer: ANSWER })
  expect(engines(other.page)).toBe(1)
})

test('a tab that answers no more loses the engine, and takes part again when it does', async ({ page }) => {
  const { leader, other } = await twoTabs(page)
  await midAnswer(other)
  // Chromium freezes no page that holds a lock; a page that hangs for long does not answer either.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Debugger.enable')
  await devtools.send('Debugger.pause')
  expect(await other.finished(0)).toMatchObject({ state: 'done', answer: ANSWER })
  await devtools.send('Debugger.resume')
  expect(await leader.ask('3 + 5')).toMatchObject({ state: 'done', answer: '3 + 5 = 8' })
  await expect.poll(() => [engines(leader.page), engines(other.page)]).toEqual([0, 1])
})
