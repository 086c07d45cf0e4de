import { expect, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { keptOffline } from '../fixtures/own-browser'
import { test, type OwnSite } from '../fixtures/own-site'
import { renew } from '../fixtures/site-versions'
import { midAnswer, slowDown } from '../fixtures/slow-engine'

test.use({ serviceWorkers: 'allow' })

const offer = (page: Page) => page.getByTestId('site-update')
const isNew = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-version', '2', { timeout: 60_000 })

/** A tab in the middle of an answer, and another one in which the new version was taken. */
async function taken(writer: Page, site: OwnSite) {
  test.setTimeout(180_000)
  await writer.goto(site.url)
  await slowDown(writer, 20)
  await keptOffline(writer)
  const other = await writer.context().newPage()
  await other.goto(site.url)
  await renew(site.folder)
  await other.evaluate(async () => (await navigator.serviceWorker.ready).update())
  await expect(offer(other)).toHaveAttribute('data-state', 'ready', { timeout: 60_000 })
  await writer.bringToFront()
  const chat = await midAnswer(writer, 20)
  await offer(other).locator('[data-part=toast-action]').click()
  await expect(offer(other)).toHaveAttribute('data-state', 'awaits-reply')
  await expect(chat.replies).toHaveAttribute('data-state', 'streaming')
  await expect(other.locator('html')).not.toHaveAttribute('data-version', '2')
  return { chat, other }
}

test('a new version waits for the reply that another tab writes', async ({ page, site }) => {
  const { chat, other } = await taken(page, site)
  const reply = await chat.finished(0)
  expect(reply).toMatchObject({ state: 'done', answer: expect.stringContaining('12') })
  await isNew(other)
  await expect(page.locator('html')).not.toHaveAttribute('data-version', '2')
  expect((await new ChatPage(other).ask('20 + 22')).answer).toBe('20 + 22 = 42')
})

test('a new version comes when the tab that writes a reply is closed', async ({ page, site }) => {
  const { other } = await taken(page, site)
  await page.close()
  await isNew(other)
  await other.getByTestId('chat-item').getByRole('link').click()
  await expect(new ChatPage(other).replies.locator('[data-part=ended]')).toHaveAttribute('data-reason', 'closed')
})
