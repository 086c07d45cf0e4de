import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { LONG_QUESTION, midAnswer, slowDown } from '../fixtures/slow-engine'

const isEngine = (worker: { url(): string }) => worker.url().includes('cpu-worker')
const engines = (...pages: Page[]) => pages.flatMap((page) => page.workers().filter(isEngine)).length

/** Two tabs; the first has the engine, whose steps take long. `whole` is its reply to the long question. */
async function twoTabs(page: Page) {
  const leader = new ChatPage(page)
  await leader.open('/?lang=en')
  const { thought, answer } = await leader.ask(LONG_QUESTION)
  const other = new ChatPage(await page.context().newPage())
  await other.open('/?lang=en')
  await slowDown(page, 10)
  return { leader, other, whole: { state: 'done', thought, answer } }
}

test('two tabs share one engine, and the second finds its model loaded', async ({ page }) => {
  const { other } = await twoTabs(page)
  expect(await other.ask('3 + 5')).toMatchObject({ state: 'done', answer: '3 + 5 = 8' })
  await expect(other.model).toHaveAttribute('data-state', 'ready')
  expect(engines(page, other.page)).toBe(1)
})

test('a question waits for that of another tab, says so, and can be stopped meanwhile', async ({ page }) => {
  const { leader, other, whole } = await twoTabs(page)
  await midAnswer(leader.page)
  await other.send('20 + 22')
  const queued = other.replies.locator('[data-part=queued]')
  await expect(queued).toHaveAttribute('data-before', '1')
  await other.page.getByTestId('stop').click()
  expect(await other.finished(0)).toMatchObject({ state: 'stopped', answer: '' })
  await other.send('20 + 22')
  await expect(queued).toBeVisible()
  expect(await leader.finished(1)).toMatchObject(whole)
  expect(await other.finished(1)).toMatchObject({ state: 'done', answer: '20 + 22 = 42' })
})

test('a reply goes on in its own tab when the tab that has the engine is closed', async ({ page }) => {
  const { leader, other, whole } = await twoTabs(page)
  await midAnswer(other.page)
  await leader.page.close({ runBeforeUnload: true })
  expect(await other.finished(0)).toMatchObject(whole)
  expect(engines(other.page)).toBe(1)
})

test('a reply goes on in its own tab when the tab that has the engine crashes', async ({ page }) => {
  const { leader, other, whole } = await twoTabs(page)
  await midAnswer(other.page)
  const crashed = leader.page.waitForEvent('crash')
  await leader.page.goto('chrome://crash').catch(() => undefined)
  await crashed
  expect(await other.finished(0)).toMatchObject(whole)
  expect(engines(other.page)).toBe(1)
})

test('a tab that answers no more loses the engine, and takes part again when it does', async ({ page }) => {
  const { leader, other, whole } = await twoTabs(page)
  await midAnswer(other.page)
  // Chromium freezes no page that holds a lock; a page that hangs for long does not answer either.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Debugger.enable')
  await devtools.send('Debugger.pause')
  expect(await other.finished(0)).toMatchObject(whole)
  await devtools.send('Debugger.resume')
  expect(await leader.ask('3 + 5')).toMatchObject({ state: 'done', answer: '3 + 5 = 8' })
  await expect.poll(() => [engines(leader.page), engines(other.page)]).toEqual([0, 1])
})
